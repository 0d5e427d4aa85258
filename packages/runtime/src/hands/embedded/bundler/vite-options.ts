/** A command line of `vite`. */
export type ViteCall =
  | { readonly type: 'dev' | 'build' | 'preview'; readonly root: string | undefined; readonly options: ViteOptions }
  | { readonly type: 'words'; readonly text: string }
  | { readonly type: 'wrong'; readonly text: string }

export interface ViteOptions {
  readonly port?: number
  readonly strictPort?: boolean
  readonly mode?: string
  readonly base?: string
  readonly outDir?: string
  readonly emptyOutDir?: boolean
  readonly config?: string
  readonly minify?: boolean
  readonly assetsDir?: string
  readonly sourcemap?: string
  readonly target?: string
}

export const VITE_HELP = `Usage: vite [dev | build | preview] [root] [--port n] [--strictPort] [--mode name] [--base path] [--config file]
       vite build [--outDir folder] [--assetsDir folder] [--emptyOutDir] [--minify | --no-minify] [--sourcemap [inline | hidden]] [--target name]

This is the sandbox’s own: esbuild bundles what a Vite project is made of (index.html, src, public, .env, CSS,
React, Preact, Vue and Svelte with the project’s own compilers). Plugins of Vite do not run; those that it does not know are named.
`

const WITH_VALUE: Readonly<Record<string, keyof ViteOptions>> = {
  '--port': 'port',
  '--mode': 'mode',
  '-m': 'mode',
  '--base': 'base',
  '--outDir': 'outDir',
  '--assetsDir': 'assetsDir',
  '--target': 'target',
  '--config': 'config',
  '-c': 'config',
}
/** They change nothing that is the same here. */
const HARMLESS = new Set(['--host', '--open', '--clearScreen', '--force', '--logLevel', '-l', '--no-open', '--debug', '-d', '--cors'])
const TAKES_WORD = new Set(['--logLevel', '-l'])
/** The word behind them is theirs where it is no option, as Vite reads it. */
const MAY_TAKE_WORD = new Set(['--host', '--open', '--debug', '-d', '--minify', '--sourcemap'])

/** Reads it; an option that is not here is named. */
export function parseVite(args: readonly string[]): ViteCall {
  const given: Record<string, unknown> = {}
  const words: string[] = []
  for (let n = 0; n < args.length; n += 1) {
    const arg = args[n] ?? ''
    if (!arg.startsWith('-')) {
      words.push(arg)
      continue
    }
    const [name = '', inline] = arg.split(/=(.*)/s)
    if (name === '--version' || name === '-v') return { type: 'words', text: 'vite (Tabwright’s own; it builds with esbuild)\n' }
    if (name === '--help' || name === '-h') return { type: 'words', text: VITE_HELP }
    const field = WITH_VALUE[name]
    if (field !== undefined) {
      const value = inline ?? args[(n += 1)]
      if (value === undefined) return { type: 'wrong', text: `${name} wants a value` }
      given[field] = field === 'port' ? Number(value) : value
    } else if (name === '--emptyOutDir') given['emptyOutDir'] = inline !== 'false'
    else if (name === '--strictPort') given['strictPort'] = true
    else if (name === '--no-minify') given['minify'] = false
    else if (MAY_TAKE_WORD.has(name)) {
      const behind = args[n + 1]
      const word = inline ?? (behind === undefined || behind.startsWith('-') ? undefined : args[(n += 1)])
      if (name === '--minify') given['minify'] = word !== 'false'
      if (name === '--sourcemap') given['sourcemap'] = word ?? 'true'
    } else if (!HARMLESS.has(name)) return { type: 'wrong', text: `${name} is not in this vite; vite --help lists what is` }
    else if (TAKES_WORD.has(name) && inline === undefined) n += 1
  }
  return callOf(words, given)
}

function callOf(words: readonly string[], options: ViteOptions): ViteCall {
  const { port } = options
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536))
    return { type: 'wrong', text: '--port wants a number from 1 to 65535' }
  const [first = 'dev', ...rest] = words
  const type = first === 'serve' || first === 'dev' ? 'dev' : first
  if (type === 'optimize')
    return { type: 'wrong', text: 'optimize is not in this vite: packages are bundled when they are first asked for' }
  const isCommand = type === 'dev' || type === 'build' || type === 'preview'
  const roots = isCommand ? rest : words
  if (roots.length > 1) return { type: 'wrong', text: `one folder at most: ${roots.join(' ')}` }
  return { type: isCommand ? type : 'dev', root: roots[0], options }
}
