import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import { previewFiles } from "../../cli/preview/preview.js";
import { readDatasetText } from "../../contract/read.js";

const page = readFileSync(new URL("../../docs/documents.md", import.meta.url), "utf8");
const examples = new Map(
  [...page.matchAll(/^## (.+)\n[\s\S]*?^```yaml\n([\s\S]*?)^```$/gm)].map(([, title = "", yaml = ""]) => [title, yaml]),
);
const folder = mkdtempSync(join(tmpdir(), "sluice-documents-"));

const camt = (version: string) =>
  `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>DE02100100100006820101</IBAN></Id></Acct><Ntry><Amt Ccy="EUR">12.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-11-20</Dt></BookgDt></Ntry></Stmt></BkToCstmrStmt></Document>`;

const bundle = {
  resourceType: "Bundle",
  entry: [{ resource: { resourceType: "Patient", id: "p1", name: [{ family: "Ngata" }], birthDate: "1980-02-29" } }],
};

test.each<[string, string | Uint8Array, Readonly<Record<string, unknown>>]>([
  ["Firehose", '{"id":1,"event":"open"}{"id":2,"event":"close"}', { id: 1, event: "open" }],
  [
    "A DynamoDB export to S3",
    gzipSync('{"Item":{"id":{"S":"a"},"price":{"N":"12.5"},"active":{"BOOL":true},"tags":{"SS":["x"]}}}\n'),
    { id: "a", price: "12.50", is_active: true, tags: '["x"]' },
  ],
  [
    "Orders with their lines (Shopify, Stripe)",
    '{"orders":[{"id":7,"line_items":[{"sku":"A","quantity":2}]}]}',
    { order_id: 7, sku: "A", quantity: 2 },
  ],
  ["FHIR", JSON.stringify(bundle), { id: "p1", kind: "Patient", family: "Ngata", birth_date: "1980-02-29" }],
  [
    "camt.053 (bank statements, ISO 20022)",
    camt("08"),
    {
      iban: "DE02100100100006820101",
      amount: "12.50",
      currency: "EUR",
      direction: "CRDT",
      booked: "2026-11-20 00:00:00",
    },
  ],
  [
    "UBL (Peppol invoices)",
    '<Invoice xmlns="urn:i" xmlns:c="urn:c"><c:ID>INV-7</c:ID><c:IssueDate>2026-11-20</c:IssueDate><InvoiceLine><c:ID>1</c:ID><c:LineExtensionAmount currencyID="EUR">10.00</c:LineExtensionAmount></InvoiceLine></Invoice>',
    { invoice: "INV-7", issued_on: "2026-11-20", line: "1", amount: "10.00", currency: "EUR" },
  ],
])("the example of %s loads such a file", async (title, body, row) => {
  const head =
    "dataset: example\nsource: shop\npartition: day\ntable: { name: shop.example }\nload: { mode: append }\n";
  const { contract, findings } = readDatasetText(`${head}${examples.get(title)}`, "datasets/example.yaml");
  expect(findings).toEqual([]);
  if (contract === undefined) throw new Error("no contract");
  const file = join(folder, `${[...examples.keys()].indexOf(title)}.dat`);
  writeFileSync(file, body);
  const { report, rows } = await previewFiles(contract, [file], 1);
  expect(report.verdict).toBeNull();
  expect(report.counts.rejected).toBe(0);
  expect(rows[0]).toEqual(row);
});

test("every example is run", () => {
  expect(examples.size).toBe(6);
});
