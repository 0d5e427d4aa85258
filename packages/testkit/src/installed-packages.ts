import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { FakePackage } from './npm-registry'

/** What no program reads: of the compiler alone the declarations are its library. */
const UNREAD = /\.(?:map|md|markdown|flow)$/
const DECLARATIONS = /\.d\.[cm]?ts$/

type Manifest = FakePackage['manifest']

function manifestOf(folder: string): Manifest {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return manifest
}

/** Where a package is that is asked for from a folder, as Node finds it. */
export function packageFolder(name: string, from = '.'): string {
  for (let at = resolve(from); ; at = join(at, '..')) {
    const found = join(at, 'node_modules', name)
    if (existsSync(join(found, 'package.json'))) return found
    if (at === join(at, '..')) throw new Error(`${name} is not installed for ${from}`)
  }
}

function filesOf(folder: string, isCompiler: boolean): Record<string, string> {
  const files: Record<string, string> = {}
  const walk = (at: string): void => {
    for (const entry of readdirSync(join(folder, at), { withFileTypes: true })) {
      const path = join(at, entry.name)
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules') walk(path)
      } else if (!UNREAD.test(path) && (isCompiler || !DECLARATIONS.test(path)) && path !== 'package.json')
        files[path] = readFileSync(join(folder, path), 'utf8')
    }
  }
  walk('')
  return files
}

/** Packages as they are installed here, with all that they need, for the registry of a test. */
export function installedPackages(folders: readonly string[]): readonly FakePackage[] {
  const found = new Map<string, FakePackage>()
  const take = (folder: string): void => {
    const manifest = manifestOf(folder)
    const id = `${manifest.name}@${manifest.version}`
    if (found.has(id)) return
    found.set(id, { manifest, files: filesOf(folder, manifest.name === 'typescript') })
    for (const name of Object.keys(Object(manifest['dependencies']))) take(packageFolder(name, folder))
  }
  for (const folder of folders) take(folder)
  return [...found.values()]
}
