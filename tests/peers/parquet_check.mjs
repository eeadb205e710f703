// Reads Parquet files with two programs that share nothing: hyparquet, and DuckDB.
//   PEERS=FOLDER node parquet_check.mjs FOLDER
// Prints {"events","figures","sums","types"}: rows as hyparquet has them, when DuckDB has the same;
// what SQL makes of them.

import assert from "node:assert";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(process.env.PEERS + "/");
const load = (name) => import(pathToFileURL(require.resolve(name)));
const { asyncBufferFromFile, parquetReadObjects } = await load("hyparquet");
const { compressors } = await load("hyparquet-compressors");
const { DuckDBInstance } = require("@duckdb/node-api");

const folder = process.argv[2];
const connection = await (await DuckDBInstance.create(":memory:")).connect();
const ask = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson();

const read = {};
for (const name of ["events", "figures"]) {
  const path = join(folder, `${name}.parquet`);
  const file = await asyncBufferFromFile(path);
  read[name] = (await parquetReadObjects({ file, compressors })).map((row) => ({ ...row }));
  await connection.run(`CREATE VIEW ${name} AS SELECT * FROM read_parquet('${path}')`);
  const theirs = await ask(`SELECT * FROM ${name}`);
  assert.deepEqual(theirs, JSON.parse(JSON.stringify(read[name])));
}
read.sums = await ask(
  "SELECT from_date, figure, sum(value)::INTEGER AS n FROM figures WHERE key <> 'total' " +
    "GROUP BY ALL ORDER BY ALL");
read.types = await ask("SELECT type, count(*)::INTEGER AS n FROM events GROUP BY ALL ORDER BY ALL");
console.log(JSON.stringify(read));
