import * as z from 'zod/mini'
import { catch as lenient } from 'zod/mini'
import { NpmError } from './npm-error'

const words = lenient(z.record(z.string(), z.string()), {})
/** npm takes one word for a list of one. */
const several = lenient(
  z.union([
    z.array(z.string()),
    z.pipe(
      z.string(),
      z.transform((one) => [one]),
    ),
  ]),
  [],
)

/** What npm reads of a package, from a registry, a lock file or the package itself. What is not as it should be counts as left out. */
const manifest = z.object({
  name: lenient(z.optional(z.string()), undefined),
  version: lenient(z.optional(z.string()), undefined),
  dependencies: words,
  devDependencies: words,
  optionalDependencies: words,
  peerDependencies: words,
  peerDependenciesMeta: lenient(z.record(z.string(), z.object({ optional: lenient(z.boolean(), false) })), {}),
  bundleDependencies: lenient(z.union([z.array(z.string()), z.boolean()]), []),
  bundledDependencies: lenient(z.union([z.array(z.string()), z.boolean()]), []),
  bin: lenient(z.union([z.string(), z.record(z.string(), z.string())]), {}),
  scripts: words,
  os: several,
  cpu: several,
  libc: several,
  engines: lenient(z.union([z.array(z.string()), words]), {}),
  license: lenient(z.optional(z.string()), undefined),
  funding: lenient(z.optional(z.json()), undefined),
  deprecated: lenient(z.optional(z.string()), undefined),
  hasInstallScript: lenient(z.boolean(), false),
  overrides: lenient(z.record(z.string(), z.json()), {}),
  workspaces: lenient(z.optional(z.json()), undefined),
})
export type Manifest = z.infer<typeof manifest>

/** Never fails on an object. */
export function manifestOf(value: unknown): Manifest | undefined {
  const parsed = z.safeParse(manifest, value)
  return parsed.success ? parsed.data : undefined
}

/** Of a package that says nothing. */
export const NOTHING: Manifest = z.parse(manifest, {})

/** A name that a folder below `node_modules` may have. */
const NAME = /^(?:@[a-z\d~-][\w.~-]*\/)?[a-z\d~-][\w.~-]*$/i

/** Whether a package can have this name. */
export function isName(name: string): boolean {
  return name.length <= 214 && NAME.test(name) && name !== 'node_modules'
}

/** @throws NpmError EINVALIDPACKAGENAME */
export function checkedName(name: string): string {
  if (!isName(name)) throw new NpmError('EINVALIDPACKAGENAME', `Invalid package name "${name.slice(0, 214)}".`)
  return name
}

/** As npm names a package that does not name itself: by its folder, with the scope where that is one. */
export function nameOfFolder(path: string): string {
  const [base = '', above = ''] = path.split('/').toReversed()
  return above.startsWith('@') ? `${above}/${base}` : base
}

/** Names of commands and the files behind them, without those that would lead out of their folders. */
export function binsOf({ name, bin }: Pick<Manifest, 'name' | 'bin'>): readonly (readonly [command: string, file: string])[] {
  const named = typeof bin === 'string' ? { [name?.replace(/^@[^/]*\//, '') ?? '']: bin } : bin
  return Object.entries(named).flatMap(([command, file]) => {
    const base = command.slice(command.lastIndexOf('/') + 1)
    const path = file.replace(/^(?:\.?\/)+/, '')
    return /^[\w.~@+-]+$/.test(base) && !/^\.\.?$/.test(base) && path !== '' && !path.split('/').includes('..')
      ? [[base, path] as const]
      : []
  })
}

/** Packages that come inside of the package’s own archive. */
export function bundledOf({ dependencies, bundleDependencies, bundledDependencies }: Manifest): readonly string[] {
  return [bundleDependencies, bundledDependencies].flatMap((told) =>
    told === true ? Object.keys(dependencies) : told === false ? [] : told,
  )
}

/** Scripts that npm runs when a package comes; those of packages from a registry are not run here. */
export function installScripts({ scripts }: Pick<Manifest, 'scripts'>): readonly (readonly [name: string, line: string])[] {
  return ['preinstall', 'install', 'postinstall'].flatMap((name) => (scripts[name] === undefined ? [] : [[name, scripts[name]] as const]))
}
