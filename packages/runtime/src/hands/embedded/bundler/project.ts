import type { BuildOptions, Message, OutputFile } from 'esbuild-wasm'
import type { FileTree } from '../../../shell/tree/file-tree'
import { BundlePaths } from './bundle-paths'
import { Components } from './components'
import type { Esbuild } from './esbuild'
import { treePlugin, type TreePluginOptions } from './tree-plugin'
import type { ViteConfig } from './vite-config'
import { defines, pageEnv } from './vite-env'
import { readPage, type EntryPage } from './vite-html'

export interface ProjectOptions {
  readonly tree: FileTree
  readonly esbuild: Esbuild
  readonly config: ViteConfig
  readonly env: Readonly<Record<string, string>>
  /** `require` of the project. */
  readonly require: (name: string) => unknown
  readonly isBuild: boolean
}

/** What could not be built, in words for a person. */
export class BuildError extends Error {
  readonly messages: readonly string[]

  constructor(messages: readonly string[]) {
    super(messages.join('\n'))
    this.messages = messages
  }
}

/** A project in the form of Vite's, as one build of it sees it. */
export class Project {
  readonly paths: BundlePaths
  readonly #options: ProjectOptions
  readonly #components: Components
  readonly #env: Record<string, string | boolean>

  constructor(options: ProjectOptions) {
    this.#options = options
    this.paths = new BundlePaths(options.tree, { ...options.config, mode: options.isBuild ? 'production' : 'development' })
    this.#components = new Components(options.require)
    this.#env = pageEnv(options.config, options.env, options.isBuild)
  }

  get env(): Readonly<Record<string, string | boolean>> {
    return this.#env
  }

  /** A page of the project. @throws BuildError where there is none */
  page(path = `${this.#options.config.root}/index.html`): EntryPage {
    const { tree, config } = this.#options
    const node = tree.find(path)
    if (node?.type !== 'file')
      throw new BuildError([`There is no ${path}: a project in the form of Vite’s begins with an index.html in its root.`])
    const isOwn = (address: string): boolean =>
      !/^(?:[a-z]+:|\/\/)/i.test(address) &&
      !(config.publicDir !== undefined && this.paths.isFile(`${config.publicDir}/${address.replace(/^\.?\//, '')}`))
    return readPage(new TextDecoder().decode(node.bytes), this.#env, isOwn)
  }

  /** One module that asks for all that a page names: styles first, as they stand in it. */
  entry(page: EntryPage): string {
    const { root } = this.#options.config
    const whole = (address: string): string => `${root}/${(address.split(/[?#]/, 1)[0] ?? '').replace(/^\.?\//, '')}`
    const files = [...page.styles, ...page.entries.flatMap((one) => (one.type === 'file' ? [one.path] : []))]
    const inline = page.entries.flatMap((one) => (one.type === 'inline' ? [one.text] : []))
    return [...files.map((path) => `import ${JSON.stringify(whole(path))};`), ...inline].join('\n')
  }

  /** What all builds of it have in common. */
  options(
    how: Pick<TreePluginOptions, 'inputs' | 'apart'>,
    virtual?: ReadonlyMap<string, string>,
  ): BuildOptions & { readonly write: false } {
    const { tree, config, isBuild } = this.#options
    const plugin = treePlugin(
      {
        tree,
        paths: this.paths,
        components: this.#components,
        root: config.root,
        publicDir: config.publicDir,
        base: config.base,
        up: config.assetsDir === '' ? './' : '../'.repeat(config.assetsDir.split('/').length),
        alias: config.alias,
        isBuild,
        ...how,
      },
      virtual,
    )
    return {
      bundle: true,
      write: false,
      format: 'esm',
      target: [config.target].flat(),
      jsx: 'automatic',
      jsxDev: !isBuild && config.jsxImportSource === 'react',
      jsxImportSource: config.jsxImportSource,
      logLevel: 'silent',
      charset: 'utf8',
      define: defines(config, this.#env, isBuild),
      plugins: [plugin],
    }
  }

  /** Runs a build and puts its errors into words. @throws BuildError */
  async run<T extends { readonly errors: readonly Message[] }>(build: () => Promise<T>): Promise<T> {
    try {
      return await build()
    } catch (thrown) {
      const errors: unknown = Reflect.get(Object(thrown), 'errors')
      if (!Array.isArray(errors) || errors.length === 0) throw thrown
      throw new BuildError(errors.map(wordsOf))
    }
  }
}

function wordsOf({ text, location }: Message): string {
  if (location === null) return text
  const path = `/${location.file.replace(/^tree:/, '').replace(/^\/+/, '')}`
  const line = location.lineText === '' ? '' : `\n\n  ${location.line} │ ${location.lineText}`
  return `${path}${location.line > 0 ? `:${location.line}:${location.column + 1}` : ''}: ${text}${line}`
}

/** The part of a file's name behind the folder that esbuild was told. */
export function outputName({ path }: OutputFile, folder: string): string {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path.replace(/^\/+/, '')
}
