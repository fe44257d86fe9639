// Bundles the page into ../static and gathers the licences of everything that went into it.
// `npm ci --ignore-scripts && npm run build`; what comes out is committed, so running Regulars needs no npm.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const out = "../static/graphiql";
const { metafile } = await build({
  entryPoints: ["main.js"],
  outfile: `${out}.js`,
  bundle: true,
  minify: true,
  metafile: true,
  target: "es2020",
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
});

// The fonts that GraphiQL embeds are left out: the system's own do, and the page stays small.
const css = readFileSync(`${out}.css`, "utf8").replaceAll(/@font-face\s*\{[^}]*\}/g, "");
writeFileSync(`${out}.css`, css);

const folders = new Set(
  Object.keys(metafile.inputs)
    .map((path) => path.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1])
    .filter(Boolean),
);
const parts = [...folders].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file && existsSync(`${folder}/${file}`) ? readFileSync(`${folder}/${file}`, "utf8").trim() : "";
  const title = `${name} ${version} (${license})`;
  return `${title}\n${"=".repeat(title.length)}\n\n${text || "The package carries no text of its licence."}\n`;
});
writeFileSync("../static/LICENSES.txt", `Licences of what is in graphiql.js and graphiql.css.\n\n${parts.join("\n\n")}`);
