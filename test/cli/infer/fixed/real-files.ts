/** Files as producers of fixed width write them. */

const padded = (texts: readonly (readonly [string, number])[]) =>
  texts.map(([text, width]) => (width < 0 ? text.padStart(-width) : text.padEnd(width))).join("");

const station = (
  usaf: string,
  wban: string,
  name: string,
  country: string,
  lat: string,
  lon: string,
  elevation: string,
  begin: string,
) =>
  `${padded([
    [usaf, 7],
    [wban, 6],
    [name, 30],
    [country, 8],
    [lat, -7],
    [lon, -9],
    [elevation, -8],
    [begin, -9],
  ])} 20261127`;

/** As NOAA's history of integrated surface stations. */
export const stations = `Integrated Surface Database Station History, November 2026

USAF  = Air Force station ID. May contain a letter in the first position.
WBAN  = NCDC WBAN number

${station("USAF", "WBAN", "STATION NAME", "CTRY ST", "LAT", "LON", "ELEV(M)", "BEGIN").replace(" 20261127", " END")}

${[
  station("007018", "99999", "WXPOD 7018", "", "+00.000", "+000.000", "+7018.0", "20110309"),
  station("010010", "99999", "JAN MAYEN(NOR-NAVY)", "NO", "+70.933", "-008.667", "+0009.0", "19310101"),
  station("010014", "99999", "SORSTOKKEN", "NO", "+59.792", "+005.341", "+0048.8", "19861120"),
  station("010020", "99999", "VERLEGENHUKEN", "NO", "+80.050", "+016.250", "+0008.0", "19861109"),
  station("010030", "99999", "HORNSUND", "NO", "+77.000", "+015.500", "+0012.0", "19850601"),
  station("723150", "03812", "ASHEVILLE REGIONAL AIRPORT", "US", "+35.432", "-082.538", "+0645.3", "19480101"),
  station("999999", "94728", "NEW YORK CENTRAL PARK", "US", "+40.783", "-073.967", "+0042.7", "19050101"),
].join("\n")}
`;

const booking = (day: string, text: string, debit: string, credit: string, balance: string) =>
  padded([
    [day, 12],
    [text, 32],
    [debit, -12],
    [credit, -12],
    [balance, -14],
  ]);

/** A statement as a bank prints it. */
export const statement = `ACCOUNT STATEMENT                                          30/11/2026

${booking("Date", "Description", "Debit", "Credit", "Balance")}
${[
  booking("01/11/2026", "Opening balance", "", "", "1,204.50"),
  booking("03/11/2026", "CARD 4471 SUPERMARKET BASEL", "84.20", "", "1,120.30"),
  booking("13/11/2026", "SALARY NOVEMBER", "", "4,310.00", "5,430.30"),
  booking("16/11/2026", "RENT, DOE & SON", "1,650.00", "", "3,780.30"),
  booking("25/11/2026", "TRANSFER TO SAVINGS", "1,000.00", "", "2,780.30"),
  booking("27/11/2026", "REFUND ORDER 99812", "", "19.90", "2,800.20"),
].join("\n")}
${booking("", "TOTAL", "2,734.20", "4,329.90", "2,800.20")}
`;

const people = ["MUELLER", "O'NEIL", "VAN DER BERG", "LEE", "GARCIA LOPEZ", "SMITH", "KUMAR"].flatMap((last) =>
  ["ANNA", "SEAN", "JAN-PETER", "MARIA"].map((first) => `${last}, ${first}`),
);

/** A payroll's export: a header record, one record for each person, a trailer with the count. */
export const payroll = [
  "H20261130ACME CORP PAYROLL".padEnd(60),
  ...people.map((person, n) =>
    padded([
      [`D${String(100_417 * (n + 1)).padStart(7, "0")}`, 8],
      [person, 25],
      ["20261130", 8],
      [["EUR", "CHF", "USD"][n % 3] ?? "", 3],
      [String(431_050 + 7919 * n * n), -10],
      [n % 2 === 0 ? "M" : "W", 1],
    ]).padEnd(60),
  ),
  `T${String(people.length).padStart(7, "0")}`.padEnd(60),
  "",
].join("\n");

/** A file of payments in the layout of NACHA: each line is a record of one of five kinds. */
export const payments = [
  "101 076401251 0764012510807291511A094101achdestname            companyname                    ",
  ...[1, 2].flatMap((batch) => [
    `5225companyname                         origid    PPDCHECKPAYMT000002080730   107640125000000${batch}`,
    ...[1, 2, 3].map(
      (n) => `62705320001912345            000001050${n}c-1            Bell, Alexander       DD000764012500000${n}`,
    ),
    `82250000030010640003000000031500000000000000origid                             07640125000000${batch}`,
  ]),
  "9000002000002000000060021280006000000063000000000000000                                       ",
  "",
].join("\n");

/** Lines of one length in Shift-JIS: 8 bytes of code, 20 of name, 6 of amount. */
export const japanese = Buffer.concat(
  (
    [
      ["A0000001", [0x93, 0x8c, 0x8b, 0x9e], "  1200"],
      ["A0000002", [0x91, 0xe5, 0x8d, 0xe3, 0x8e, 0x73], "   950"],
      ["A0000003", [0x96, 0xbc, 0x8c, 0xc3, 0x89, 0xae], " 18000"],
      ["A0000004", [0x8b, 0x9e, 0x93, 0x73], "     7"],
      ["A0000005", [0x95, 0x9f, 0x89, 0xaa, 0x8e, 0x73], "   310"],
    ] as const
  ).map(([code, name, amount]) =>
    Buffer.concat([
      Buffer.from(`${code} `),
      Buffer.from([...name]),
      Buffer.from(" ".repeat(20 - name.length)),
      Buffer.from(`${amount}\n`),
    ]),
  ),
);
