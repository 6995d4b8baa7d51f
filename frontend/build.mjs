// Builds every frontend/*.js and frontend/*.css into app/static/dist, each name carrying a hash of
// its content, and writes manifest.json, which app/web/assets.py reads.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const target = path.join(root, "app", "static", "dist");
const iconSource = path.join(root, "node_modules", "bootstrap-icons", "icons");

async function entryPoints() {
  const names = await readdir(here);
  return names.filter((name) => /\.(js|css)$/.test(name)).map((name) => path.join(here, name));
}

async function keep(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const { name: stem, ext } = path.parse(name);
  const hashed = `${stem}-${hash}${ext}`;
  await writeFile(path.join(target, hashed), content);
  return hashed;
}

// One <symbol> per line of icons.txt, so that a page fetches one small file instead of an icon font.
async function iconSprite() {
  const lines = (await readFile(path.join(here, "icons.txt"), "utf8")).split("\n");
  const names = [...new Set(lines.map((line) => line.trim()).filter((line) => line && !line.startsWith("#")))];
  const symbols = await Promise.all(
    names.map(async (name) => {
      const svg = await readFile(path.join(iconSource, `${name}.svg`), "utf8");
      const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "");
      return `<symbol id="${name}" viewBox="0 0 16 16">${inner}</symbol>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

async function images() {
  const folder = path.join(here, "images");
  const names = await readdir(folder);
  const kept = await Promise.all(
    names.map(async (name) => [name, await keep(name, await readFile(path.join(folder, name)))]),
  );
  return Object.fromEntries(kept);
}

// The worker writes PDF files with these; browsers never load them.
const printFonts = {
  "print-regular.ttf": "hanken-grotesk/400Regular/HankenGrotesk_400Regular.ttf",
  "print-bold.ttf": "hanken-grotesk/700Bold/HankenGrotesk_700Bold.ttf",
  "print-display.ttf": "bricolage-grotesque/700Bold/BricolageGrotesque_700Bold.ttf",
};

async function fontsForPrint() {
  const source = path.join(root, "node_modules", "@expo-google-fonts");
  const kept = await Promise.all(
    Object.entries(printFonts).map(async ([name, file]) => [name, await keep(name, await readFile(path.join(source, file)))]),
  );
  return Object.fromEntries(kept);
}

function bundles(metafile) {
  const found = {};
  for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint) found[path.basename(entryPoint)] = path.basename(output);
    else if (output.endsWith(".woff2")) found[path.basename(output).replace(/-[A-Z0-9]{8}(?=\.)/, "")] = path.basename(output);
  }
  return found;
}

async function writeManifest(metafile) {
  const manifest = {
    ...bundles(metafile),
    ...(await images()),
    ...(await fontsForPrint()),
    "icons.svg": await keep("icons.svg", await iconSprite()),
  };
  const sorted = Object.fromEntries(Object.entries(manifest).sort());
  const outputs = Object.keys(metafile.outputs).map((output) => path.basename(output));
  // Renamed into place, so that a running server never reads half a manifest.
  const draft = path.join(target, "manifest.json.new");
  await writeFile(draft, `${JSON.stringify(sorted, null, 2)}\n`);
  await rename(draft, path.join(target, "manifest.json"));
  await removeAllBut([...outputs, ...Object.values(sorted), "manifest.json"]);
}

// Last of all, so that a page rendered a moment ago still finds what it names for as long as possible.
async function removeAllBut(kept) {
  const names = await readdir(target);
  const stale = names.filter((name) => !name.startsWith(".") && !kept.includes(name));
  await Promise.all(stale.map((name) => rm(path.join(target, name), { recursive: true })));
}

const options = {
  entryPoints: await entryPoints(),
  outdir: target,
  bundle: true,
  minify: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  sourcemap: false,
  legalComments: "linked",
  metafile: true,
  loader: { ".woff2": "file" },
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  logLevel: "warning",
  plugins: [
    {
      name: "manifest",
      setup(build) {
        build.onEnd(async ({ metafile, errors }) => {
          if (errors.length === 0) await writeManifest(metafile);
        });
      },
    },
  ],
};

const watching = process.argv.includes("--watch");
await mkdir(target, { recursive: true });
if (watching) {
  const context = await esbuild.context(options);
  await context.watch();
} else {
  await esbuild.build(options);
}
