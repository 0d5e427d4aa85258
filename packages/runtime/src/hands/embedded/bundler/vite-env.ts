import type { FileTree } from '../../../shell/tree/file-tree'
import type { ViteConfig } from './vite-config'

/** What `.env` files of a folder say, later files over earlier ones, as Vite reads them. */
export function readEnv(tree: FileTree, root: string, mode: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of ['.env', '.env.local', `.env.${mode}`, `.env.${mode}.local`]) {
    const node = tree.find(`${root}/${name}`)
    if (node?.type === 'file') Object.assign(found, parseEnv(new TextDecoder().decode(node.bytes)))
  }
  return found
}

function parseEnv(text: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const line of text.split(/\r?\n/)) {
    const [, name, raw = ''] = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*)$/.exec(line) ?? []
    if (name === undefined) continue
    const quoted = /^(["'`])(.*)\1\s*(?:#.*)?$/.exec(raw)
    found[name] =
      quoted === null
        ? raw.replace(/\s+#.*$/, '').trim()
        : quoted[1] === '"'
          ? (quoted[2] ?? '').replaceAll('\\n', '\n')
          : (quoted[2] ?? '')
  }
  return found
}

/** `import.meta.env` of a page: what the project gives to pages, and what Vite itself says. */
export function pageEnv(
  { mode, base, envPrefix }: ViteConfig,
  env: Readonly<Record<string, string>>,
  isBuild: boolean,
): Record<string, string | boolean> {
  const given = Object.entries(env).filter(([name]) => envPrefix.some((prefix) => name.startsWith(prefix)))
  return { ...Object.fromEntries(given), MODE: mode, BASE_URL: base, DEV: !isBuild, PROD: isBuild, SSR: false }
}

/** What stands for names of the platform in every module. */
export function defines(config: ViteConfig, env: Readonly<Record<string, string | boolean>>, isBuild: boolean): Record<string, string> {
  return {
    'process.env.NODE_ENV': JSON.stringify(isBuild ? 'production' : 'development'),
    'import.meta.env': JSON.stringify(env),
    'import.meta.hot': 'undefined',
    __VUE_OPTIONS_API__: 'true',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    ...config.define,
  }
}
