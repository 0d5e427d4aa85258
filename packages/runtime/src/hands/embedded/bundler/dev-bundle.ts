import type { BuildContext } from 'esbuild-wasm'
import type { FileTree } from '../../../shell/tree/file-tree'
import type { Esbuild } from './esbuild'
import { outputName, Project, type ProjectOptions } from './project'
import type { EntryPage } from './vite-html'

const ENTRY = '/@tabwright/entry.tsx'
const PACKAGES = '/@tabwright/packages.js'
const OUT = '/@bundle'

/** Everything that a page of the project needs, under the names by which it asks for it. */
export interface Bundled {
  readonly page: string
  readonly files: ReadonlyMap<string, Uint8Array>
}

interface Built {
  readonly inputs: Map<string, Uint8Array>
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly page: EntryPage
}

/** esbuild's own memory of a build. */
interface Kept {
  readonly entry: string
  readonly context: BuildContext<{ readonly write: false }>
  readonly inputs: Map<string, Uint8Array>
}

/**
 * A project that is worked on. Packages are built apart and once: what is edited is built anew without them, which is milliseconds. What is
 * built stays as long as no file that went into it is another.
 */
export class DevBundle {
  readonly #tree: FileTree
  readonly #esbuild: Esbuild
  readonly #project: Project
  readonly #root: string
  readonly #names = new Set<string>()
  #context: Kept | undefined
  #built: Built | undefined
  #packages:
    | { readonly names: string; readonly inputs: Map<string, Uint8Array>; readonly files: ReadonlyMap<string, Uint8Array> }
    | undefined

  constructor(options: ProjectOptions) {
    this.#tree = options.tree
    this.#esbuild = options.esbuild
    this.#root = options.config.root
    this.#project = new Project(options)
  }

  /** As the files are now. @throws BuildError */
  async build(): Promise<Bundled> {
    const built = this.#isFresh(this.#built?.inputs) && this.#built !== undefined ? this.#built : await this.#modules()
    const packages = await this.#packagesFor()
    const files = new Map([...packages, ...built.files])
    const has = (name: string): readonly string[] => (files.has(name) ? [name] : [])
    const page = built.page.render({
      scripts: has(`${OUT}/entry.js`),
      styles: [...has(`${OUT}/packages.css`), ...has(`${OUT}/entry.css`)],
      ...(files.has(`${OUT}/packages.js`) && { first: `${OUT}/packages.js` }),
    })
    return { page, files }
  }

  async #modules(): Promise<Built> {
    this.#built = undefined
    const page = this.#project.page()
    const entry = this.#project.entry(page)
    const { context, inputs } = await this.#contextFor(entry)
    inputs.clear()
    const index = this.#tree.find(`${this.#root}/index.html`)
    if (index?.type === 'file') inputs.set(`${this.#root}/index.html`, index.bytes)
    const { outputFiles } = await this.#project.run(() => context.rebuild())
    const files = new Map(outputFiles.map((file) => [`${OUT}/${outputName(file, OUT)}`, file.contents]))
    this.#built = { inputs, files, page }
    return this.#built
  }

  /** esbuild keeps what it parsed as long as the entry is the same. */
  async #contextFor(entry: string): Promise<Kept> {
    if (this.#context?.entry === entry) return this.#context
    await this.#context?.context.dispose()
    const inputs = new Map<string, Uint8Array>()
    const apart = (name: string): boolean => {
      this.#names.add(name)
      return true
    }
    const context = await this.#esbuild.context({
      ...this.#project.options({ inputs, apart }, new Map([[ENTRY, entry]])),
      entryPoints: [{ in: ENTRY, out: 'entry' }],
      outdir: OUT,
      publicPath: OUT,
      splitting: true,
      sourcemap: 'inline',
    })
    this.#context = { entry, context, inputs }
    return this.#context
  }

  async #packagesFor(): Promise<ReadonlyMap<string, Uint8Array>> {
    const names = [...this.#names].toSorted()
    if (names.length === 0) return new Map()
    if (this.#packages?.names === names.join() && this.#isFresh(this.#packages.inputs)) return this.#packages.files
    const inputs = new Map<string, Uint8Array>()
    const lines = names.map((name) => `${JSON.stringify(name)}: () => require(${JSON.stringify(name)}),`)
    const entry = `globalThis.__tabwrightPackages = {\n${lines.join('\n')}\n}`
    const { outputFiles } = await this.#project.run(() =>
      this.#esbuild.build({
        ...this.#project.options({ inputs }, new Map([[PACKAGES, entry]])),
        entryPoints: [{ in: PACKAGES, out: 'packages' }],
        format: 'iife',
        outdir: OUT,
        publicPath: OUT,
        // A page reads it at every load.
        minifyWhitespace: true,
      }),
    )
    const files = new Map(outputFiles.map((file) => [`${OUT}/${outputName(file, OUT)}`, file.contents]))
    this.#packages = { names: names.join(), inputs, files }
    return files
  }

  /** Contents are replaced and never written into, so the same array is the same content. */
  #isFresh(inputs: ReadonlyMap<string, Uint8Array> | undefined): boolean {
    if (inputs === undefined || inputs.size === 0) return false
    for (const [path, bytes] of inputs) {
      const node = this.#tree.find(path)
      if (node?.type !== 'file' || node.bytes !== bytes) return false
    }
    return true
  }
}
