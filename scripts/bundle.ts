// node scripts/bundle.ts FOLDER: bundles the program and its libraries into FOLDER/otklik.mjs, with what is loaded on
// demand beside it. Not minified: stack traces stay readable.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Usage: node scripts/bundle.ts FOLDER');
const program = fileURLToPath(new URL('../bin/otklik.ts', import.meta.url));

/** Modules keep their own location: the migrations, the board and the demo are found from there. */
const places: Plugin = {
  name: 'places',
  transform(code, id) {
    const path = id.replace(/^\0/, '').replace(/\?.*$/, '');
    const known = [
      ['import.meta.url', pathToFileURL(path).href],
      ['__dirname', dirname(path)],
      ['__filename', path],
    ] as const;
    const used = known.filter(([name]) => code.includes(name) && !code.includes(`const ${name} =`));
    if (used.length === 0) return null;
    return used.reduce((text, [name, value]) => text.replaceAll(name, JSON.stringify(value)), code);
  },
};

/** Loaded from node_modules: packages that read their own files or compute module names, and optional ones. */
const AS_INSTALLED = ['@whiskeysockets/baileys'];
const installed: Plugin = {
  name: 'installed',
  resolveId(name, importer) {
    if (!AS_INSTALLED.includes(name) || importer === undefined) return null;
    const path = createRequire(importer).resolve(name);
    return { id: pathToFileURL(path).href, external: true };
  },
};

const bundle = await rolldown({
  input: program,
  platform: 'node',
  plugins: [installed, places],
  external: ['pg-native'],
  onLog(level, log) {
    if (level === 'warn' && log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
  },
});
await bundle.write({
  dir: folder,
  format: 'esm',
  entryFileNames: '[name].mjs',
  chunkFileNames: '[name]-[hash].mjs',
});
await bundle.close();
