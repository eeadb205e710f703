// Judges FHIR resources by the R4 definitions of somebody else: lines of JSON on stdin.
//   PEERS=FOLDER node fhir_check.mjs
// Prints {"count","faults":[{"line","severity","location","message"}]}: errors. Warnings are of codes
// beside value sets that may be extended; of HL7's purposes it does not know any.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(process.env.PEERS + "/");
const { Fhir } = require("fhir");

const fhir = new Fhir();
const faults = [];
let count = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const { messages } = fhir.validate(JSON.parse(line), { errorOnUnexpected: true });
  for (const { severity, location, message } of messages)
    if (severity === "error" || severity === "fatal")
      faults.push({ line: count, severity, location, message });
  ++count;
}
console.log(JSON.stringify({ count, faults }));
