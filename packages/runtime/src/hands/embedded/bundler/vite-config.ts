import type { Esbuild } from './esbuild'
import type { FileTree } from '../../../shell/tree/file-tree'
import { parentName, resolvePath } from '../../../shell/tree/tree-node'
import { evaluate } from '../node/evaluate'
import { readEnv } from './vite-env'
import type { ViteOptions } from './vite-options'
import { objectOf, textOf, unknownSettings, type Settings } from './vite-settings'

/** What of a project's settings counts here. */
export interface ViteConfig {
  readonly root: string
  /** Where the page will be: `/` or a path; `./` where nobody knows yet, which a server takes for `/`. */
  readonly base: string
  readonly mode: string
  /** Where `.env` files are; undefined: nowhere. */
  readonly envDir: string | undefined
  readonly publicDir: string | undefined
  readonly outDir: string
  /** Undefined: nobody said whether what is there goes first. */
  readonly emptyOutDir: boolean | undefined
  /** Of a build, below its folder. */
  readonly assetsDir: string
  readonly sourcemap: 'linked' | 'inline' | 'external' | undefined
  /** As esbuild knows them. */
  readonly target: string | readonly string[]
  readonly copyPublicDir: boolean
  readonly extensions: readonly string[] | undefined
  readonly conditions: readonly string[]
  /** Packages that are taken from the root, whoever asks for them. */
  readonly dedupe: readonly string[]
  readonly port: number
  readonly previewPort: number
  readonly strictPort: boolean
  readonly minify: boolean
  readonly alias: readonly { readonly find: string | RegExp; readonly replacement: string }[]
  readonly define: Readonly<Record<string, string>>
  readonly envPrefix: readonly string[]
  readonly jsxImportSource: string
}

export interface ConfigPlace {
  readonly tree: FileTree
  readonly esbuild: Esbuild
  readonly root: string
  readonly command: 'serve' | 'build'
  readonly options: ViteOptions
  /** `require` of the project, for Node's own modules. */
  readonly require: (name: string) => unknown
}

/** Plugins whose work is done here. */
const KNOWN = new Set([
  '@vitejs/plugin-react',
  '@vitejs/plugin-react-swc',
  '@vitejs/plugin-react-oxc',
  '@vitejs/plugin-vue',
  '@sveltejs/vite-plugin-svelte',
  '@preact/preset-vite',
])
const FILES = ['vite.config.js', 'vite.config.mjs', 'vite.config.ts', 'vite.config.cjs', 'vite.config.mts', 'vite.config.cts']
/** @throws Error that names what of the project's settings is not here */
export async function readConfig(place: ConfigPlace): Promise<ViteConfig> {
  const { tree, options } = place
  const named = options.config === undefined ? undefined : resolvePath(place.root, options.config)
  const path = named ?? FILES.map((name) => resolvePath(place.root, name)).find((one) => tree.find(one)?.type === 'file')
  const settings = path === undefined ? {} : await evaluated(path, place)
  if (path !== undefined) checkSettings(settings, path)
  refusePostcss(place)
  return configOf(settings, place)
}

function configOf(settings: Settings, { root: at, command, options }: ConfigPlace): ViteConfig {
  const root = typeof settings['root'] === 'string' ? resolvePath(at, settings['root']) : at
  const [server, preview, own] = [objectOf(settings['server']), objectOf(settings['preview']), objectOf(settings['esbuild'])]
  const isPreact = pluginsOf(settings).some(({ from }) => from === '@preact/preset-vite')
  return {
    root,
    base: baseOf(options.base ?? textOf(settings['base']) ?? '/', command),
    mode: options.mode ?? textOf(settings['mode']) ?? (command === 'build' ? 'production' : 'development'),
    envDir: settings['envDir'] === false ? undefined : resolvePath(root, textOf(settings['envDir']) ?? '.'),
    publicDir: settings['publicDir'] === false ? undefined : resolvePath(root, textOf(settings['publicDir']) ?? 'public'),
    ...buildOf(objectOf(settings['build']), { root, options }),
    port: options.port ?? numberOf(server['port']) ?? 5173,
    previewPort: options.port ?? numberOf(preview['port']) ?? 4173,
    strictPort: options.strictPort ?? server['strictPort'] === true,
    ...resolveOf(objectOf(settings['resolve']), isPreact),
    define: definesOf(settings['define']),
    envPrefix: [settings['envPrefix'] ?? 'VITE_'].flat().filter((one) => typeof one === 'string'),
    jsxImportSource: textOf(own['jsxImportSource']) ?? (isPreact ? 'preact' : 'react'),
  }
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
const textsOf = (value: unknown): readonly string[] => [value ?? []].flat().filter((one) => typeof one === 'string')

/** An address that is relative fits wherever what was built is put; a server is the root of its port. */
function baseOf(base: string, command: ConfigPlace['command']): string {
  const isRelative = base === '' || base.startsWith('./')
  if (isRelative) return command === 'build' ? './' : '/'
  return base.endsWith('/') ? base : `${base}/`
}

type BuildSettings = Pick<ViteConfig, 'outDir' | 'emptyOutDir' | 'minify' | 'assetsDir' | 'sourcemap' | 'target' | 'copyPublicDir'>

function buildOf(build: Settings, { root, options }: { readonly root: string; readonly options: ViteOptions }): BuildSettings {
  const assetsDir = resolvePath('/', options.assetsDir ?? textOf(build['assetsDir']) ?? 'assets').slice(1)
  return {
    outDir: resolvePath(root, options.outDir ?? textOf(build['outDir']) ?? 'dist'),
    emptyOutDir: options.emptyOutDir ?? (typeof build['emptyOutDir'] === 'boolean' ? build['emptyOutDir'] : undefined),
    minify: options.minify ?? build['minify'] !== false,
    assetsDir,
    sourcemap: sourcemapOf(options.sourcemap ?? build['sourcemap']),
    target: targetOf(options.target ?? build['target']),
    copyPublicDir: build['copyPublicDir'] !== false,
  }
}

function sourcemapOf(given: unknown): ViteConfig['sourcemap'] {
  if (given === true || given === 'true') return 'linked'
  return given === 'inline' ? 'inline' : given === 'hidden' ? 'external' : undefined
}

/** Names of Vite for what most browsers know. */
const WIDELY = new Set(['modules', 'baseline-widely-available'])

function targetOf(given: unknown): ViteConfig['target'] {
  const all = textsOf(given).filter((one) => !WIDELY.has(one))
  return all.length === 0 ? 'es2022' : all
}

function resolveOf(resolve: Settings, isPreact: boolean): Pick<ViteConfig, 'alias' | 'extensions' | 'conditions' | 'dedupe'> {
  const preact = isPreact ? ['react', 'react-dom'].map((find) => ({ find, replacement: 'preact/compat' })) : []
  return {
    alias: [...aliasesOf(resolve['alias']), ...preact],
    extensions: resolve['extensions'] === undefined ? undefined : textsOf(resolve['extensions']),
    // Which of the two it is, is told by how it is run.
    conditions: textsOf(resolve['conditions']).filter((one) => one !== 'development|production'),
    dedupe: textsOf(resolve['dedupe']),
  }
}

function aliasesOf(given: unknown): ViteConfig['alias'] {
  const list: readonly unknown[] = Array.isArray(given)
    ? given
    : Object.entries(objectOf(given)).map(([find, replacement]) => ({ find, replacement }))
  return list.flatMap((one) => {
    const { find, replacement } = objectOf(one)
    return (typeof find === 'string' || find instanceof RegExp) && typeof replacement === 'string' ? [{ find, replacement }] : []
  })
}

function definesOf(given: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(objectOf(given)).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined'),
    ]),
  )
}

/** Bundles the file with stand-ins for packages, because Vite and its plugins are native programs, and runs it. */
async function evaluated(path: string, { tree, root, esbuild, command, options, require }: ConfigPlace): Promise<Settings> {
  const standIn = (name: string): string =>
    name === 'vite' || name === 'vitest/config'
      ? `const same = (config) => config; module.exports = { defineConfig: same, mergeConfig: (a, b) => ({ ...a, ...b, plugins: [...(a.plugins ?? []), ...(b.plugins ?? [])] }), loadEnv: (...args) => globalThis.__tabwrightLoadEnv(...args), defineProject: same }`
      : [
          `const make = () => ({ name: ${JSON.stringify(name)}, from: ${JSON.stringify(name)} })`,
          'export default make',
          ...namesOf(decoder.decode(tree.readFile(path)), name).map((one) => `export const ${one} = make`),
        ].join('\n')
  const built = await esbuild.build({
    entryPoints: [path],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    logLevel: 'silent',
    define: {
      'import.meta.url': JSON.stringify(`file://${path}`),
      'import.meta.dirname': JSON.stringify(parentName(path)),
      __dirname: JSON.stringify(parentName(path)),
      __filename: JSON.stringify(path),
    },
    plugins: [
      {
        name: 'config',
        setup(build) {
          build.onResolve({ filter: /.*/ }, ({ path: name, kind, resolveDir }) => {
            if (kind === 'entry-point') return { path: name, namespace: 'file-of-config' }
            if (name.startsWith('node:') || NODES.has(name)) return { path: name, external: true }
            if (!name.startsWith('.') && !name.startsWith('/')) return { path: name, namespace: 'stand-in' }
            const at = ['', '.ts', '.js', '.mjs', '.json']
              .map((end) => resolvePath(resolveDir, name) + end)
              .find((one) => tree.find(one)?.type === 'file')
            return at === undefined ? { errors: [{ text: `There is no file ${name}.` }] } : { path: at, namespace: 'file-of-config' }
          })
          build.onLoad({ filter: /.*/, namespace: 'stand-in' }, (args) => ({ contents: standIn(args.path), loader: 'js' }))
          build.onLoad({ filter: /.*/, namespace: 'file-of-config' }, (args) => ({
            contents: tree.readFile(args.path),
            loader: args.path.endsWith('.json') ? 'json' : 'ts',
            resolveDir: parentName(args.path),
          }))
        },
      },
    ],
  })
  const module: { exports: unknown } = { exports: {} }
  Reflect.set(globalThis, '__tabwrightLoadEnv', (mode: unknown, folder: unknown, prefixes: unknown = 'VITE_') => {
    const all = readEnv(tree, resolvePath(root, textOf(folder) ?? '.'), String(mode))
    return Object.fromEntries(Object.entries(all).filter(([name]) => textsOf(prefixes).some((prefix) => name.startsWith(prefix))))
  })
  // The project's own program, in the sandbox, as Vite itself would run it.
  const run = evaluate(`(function (module, exports, require) {${built.outputFiles[0]?.text ?? ''}\n})`, path)
  if (typeof run === 'function') Reflect.apply(run, undefined, [module, module.exports, require])
  const made: unknown = Reflect.get(Object(module.exports), 'default') ?? module.exports
  const mode = options.mode ?? (command === 'build' ? 'production' : 'development')
  return objectOf(
    await (typeof made === 'function' ? Reflect.apply(made, undefined, [{ command, mode, isSsrBuild: false, isPreview: false }]) : made),
  )
}

/** Which names a text imports from a package. */
function namesOf(text: string, from: string): readonly string[] {
  const lists = [...text.matchAll(/\bimport\b[^;{}]*\{([^}]*)\}\s*from\s*["']([^"']+)["']/g)].filter(([, , name]) => name === from)
  const names = lists.flatMap(([, list = '']) => list.split(',').map((one) => one.trim().split(/\s+as\s+/)[0] ?? ''))
  return [...new Set(names)].filter((one) => /^[\w$]+$/.test(one) && one !== 'default')
}

const decoder = new TextDecoder()
const NODES = new Set(['fs', 'path', 'url', 'os', 'process', 'module', 'util', 'crypto', 'child_process', 'fs/promises'])

interface FoundPlugin {
  readonly name: string
  readonly from: string
}

function pluginsOf(settings: Settings): readonly FoundPlugin[] {
  const given: readonly unknown[] = [settings['plugins'] ?? []].flat(5)
  return given.flatMap((one) => {
    const { name, from } = objectOf(one)
    return typeof name === 'string' ? [{ name, from: typeof from === 'string' ? from : '' }] : []
  })
}

function checkSettings(settings: Settings, path: string): void {
  const unknown = [
    ...new Set(
      pluginsOf(settings)
        .filter(({ from }) => !KNOWN.has(from))
        .map(({ name }) => name),
    ),
  ]
  if (unknown.length > 0)
    throw new Error(
      `${path}: plugins of Vite do not run in this sandbox, and ${unknown.join(', ')} ${unknown.length === 1 ? 'is none' : 'are none'} whose work is done here. Known: ${[...KNOWN].join(', ')}. A real Vite runs in a directory of a machine (tabwright hands).`,
    )
  const all = unknownSettings(settings)
  if (all.length > 0)
    throw new Error(
      `${path}: ${all.join(', ')} ${all.length === 1 ? 'is a setting' : 'are settings'} that this vite does not know. A real Vite runs in a directory of a machine (tabwright hands).`,
    )
}

function refusePostcss({ tree, root }: ConfigPlace): void {
  const found = [
    'postcss.config.js',
    'postcss.config.cjs',
    'postcss.config.mjs',
    'postcss.config.ts',
    '.postcssrc',
    '.postcssrc.json',
  ].find((name) => tree.find(resolvePath(root, name))?.type === 'file')
  if (found !== undefined)
    throw new Error(
      `${found}: PostCSS is not in this vite, so its plugins would be left out without a word. CSS itself may be nested; esbuild knows modules, @import and @layer.`,
    )
}
