import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { packParts, programPack } from './vite.pack'

const root = dirname(fileURLToPath(import.meta.url))
const esbuild = resolve(root, 'node_modules/esbuild-wasm')
const cache = resolve(root, 'node_modules/.cache/tabwright-bundler')

/** Bundles the worker; `vite.frame.ts` does. */
type Bundler = (entry: 'bundler', minify: boolean) => Promise<{ readonly code: string }>

/** The bundler as it is shipped: its worker and esbuild, in one file. Kept, because packing 14 MB takes a second. */
export async function buildBundlerPack(bundle: Bundler): Promise<Buffer> {
  const { code } = await bundle('bundler', true)
  const key = createHash('sha256')
    .update(code)
    .update(readFileSync(join(esbuild, 'package.json')))
  const kept = join(cache, `${key.digest('hex').slice(0, 24)}.pack`)
  if (existsSync(kept)) return readFileSync(kept)
  const pack = packParts({ script: Buffer.from(code), wasm: readFileSync(join(esbuild, 'esbuild.wasm')) })
  mkdirSync(cache, { recursive: true })
  // Whole or not at all: tests that run beside each other make it at the same time.
  writeFileSync(`${kept}.${process.pid}`, pack)
  renameSync(`${kept}.${process.pid}`, kept)
  return pack
}

/** Serves and emits the bundler. It is part of no other file, and no page loads it by itself. */
export function bundlerPack(bundle: Bundler): Plugin {
  return programPack('bundler', () => buildBundlerPack(bundle))
}
