#!/usr/bin/env bash
# python-calamine 0.9.1, openpyxl 3.1.5. An error cell (#DIV/0!), a formula without a saved value and an empty
# cell are all '' to calamine, so a broken sheet reads as one with gaps; openpyxl tells the three apart.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check python-calamine==0.9.1 openpyxl==3.1.5
env/bin/python - 2>errors <<'PY' | tee seen || { cat errors >&2; exit 1; }
import openpyxl, python_calamine
book = openpyxl.Workbook()
sheet = book.active
sheet.append(["text", "error", "formula", None, 5])
sheet["B1"].data_type = "e"
sheet["B1"].value = "#DIV/0!"
sheet["C1"].value = "=1+1"
book.save("book.xlsx")
print("calamine:", python_calamine.CalamineWorkbook.from_path("book.xlsx").get_sheet_by_index(0).to_python())
cells = openpyxl.load_workbook("book.xlsx", data_only=False).active[1]
print("openpyxl:", [(cell.value, cell.data_type) for cell in cells])
PY
diff - seen <<'EXPECTED'
calamine: [['text', '', '', '', 5.0]]
openpyxl: [('text', 's'), ('#DIV/0!', 'e'), ('=1+1', 'f'), (None, 'n'), (5, 'n')]
EXPECTED
echo "as described"
