// Reads an AsyncAPI description with the AsyncAPI project's own parser. Exits 1 where that finds an error.
import { readFile } from "node:fs/promises";
import { argv, exit } from "node:process";
import parser from "@asyncapi/parser";

const SEVERITIES = ["error", "warning", "information", "hint"];

const { document, diagnostics } = await new parser.Parser().parse(await readFile(argv[2], "utf8"));
for (const { severity, path, code, message } of diagnostics) {
  console.log(`${SEVERITIES[severity]}: ${path.join(".")}: ${message} (${code})`);
}
exit(document && !diagnostics.some(({ severity }) => severity === 0) ? 0 : 1);
