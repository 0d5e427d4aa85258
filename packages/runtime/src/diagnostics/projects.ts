import { isCheckedFile } from '../core/diagnostics'
import { ts } from './compiler'
import { openProject, type Project, type ProjectParts, type ProjectSetup } from './project'
import { ROOT, type Shelf } from './shelf'

const TYPED = /\.[cm]?tsx?$/
const SCRIPT = /\.[cm]?[jt]sx?$/
const CONFIGS = ['tsconfig.json', 'jsconfig.json']
/** Each holds a program in memory. */
const MOST_PROJECTS = 8

/** Files that no description speaks of: as `tsc` reads them when they are named to it, and newest in language. */
const LOOSE: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  jsx: ts.JsxEmit.Preserve,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  noEmit: true,
}

/** Plain scripts: their syntax is looked at and nothing else, so nothing else is loaded. */
const PLAIN: ts.CompilerOptions = { ...LOOSE, allowJs: true, noLib: true, noResolve: true, types: [] }

/** Knows which project a file belongs to. */
export class Projects {
  readonly #shelf: Shelf
  readonly #parts: ProjectParts
  readonly #open = new Map<string, Project>()
  #setups = new Map<string, Parsed>()
  #structure = -1

  constructor(shelf: Shelf, deadline: ProjectParts['deadline']) {
    this.#shelf = shelf
    this.#parts = { registry: ts.createDocumentRegistry(true, ROOT), deadline }
  }

  /** The project that a file is read by: of the nearest description upwards that speaks of it, or that leads to one that does. */
  of(path: string): Project {
    this.#refresh()
    for (const config of this.#configsAbove(path)) {
      const found = this.#speaking(config, path, new Set())
      if (found !== undefined) return this.#project(found)
    }
    return this.#project(TYPED.test(path) ? 'loose' : 'plain')
  }

  #project(name: string): Project {
    const known = this.#open.get(name)
    const setup = this.#setupOf(name)
    if (known) {
      known.setup = setup
      // The one that was used last stands last.
      this.#open.delete(name)
      this.#open.set(name, known)
      return known
    }
    const [oldest] = this.#open.keys()
    if (this.#open.size >= MOST_PROJECTS && oldest !== undefined) {
      this.#open.get(oldest)?.service.dispose()
      this.#open.delete(oldest)
    }
    const made = openProject(this.#shelf, { config: name.startsWith('/') ? name : undefined, setup }, this.#parts)
    this.#open.set(name, made)
    return made
  }

  #setupOf(name: string): ProjectSetup {
    if (name.startsWith('/')) return this.#parse(name).setup
    const wanted = name === 'loose' ? TYPED : SCRIPT
    const taken = new Set([...this.#setups.values()].flatMap(({ setup }) => setup.files))
    const files = this.#shelf.paths().filter((path) => isCheckedFile(path) && wanted.test(path) && !taken.has(path))
    return { files, options: name === 'loose' ? LOOSE : PLAIN, errors: [] }
  }

  #refresh(): void {
    if (this.#structure === this.#shelf.structure) return
    this.#structure = this.#shelf.structure
    this.#setups = new Map()
    for (const path of this.#shelf.paths())
      if (CONFIGS.some((name) => path.endsWith(`/${name}`)) && !path.includes('/node_modules/')) this.#parse(path)
  }

  *#configsAbove(path: string): Generator<string, void> {
    for (let folder = path.slice(0, path.lastIndexOf('/')); folder.startsWith(ROOT); folder = folder.slice(0, folder.lastIndexOf('/')))
      for (const name of CONFIGS) if (this.#shelf.hasFile(`${folder}/${name}`)) yield `${folder}/${name}`
  }

  /** References lead to descriptions, nothing more: what another project holds is read from its sources and not from what it builds. */
  #speaking(config: string, path: string, seen: Set<string>): string | undefined {
    if (seen.has(config)) return undefined
    seen.add(config)
    const { has, references } = this.#parse(config)
    if (has.has(path)) return config
    for (const reference of references) {
      const found = this.#speaking(reference, path, seen)
      if (found !== undefined) return found
    }
    return undefined
  }

  #parse(config: string): Parsed {
    const known = this.#setups.get(config)
    if (known) return known
    const parsed = parseConfig(this.#shelf, config)
    this.#setups.set(config, parsed)
    return parsed
  }
}

interface Parsed {
  readonly setup: ProjectSetup
  /** Descriptions that it refers to and that are there. */
  readonly references: readonly string[]
  readonly has: ReadonlySet<string>
}

function parseConfig(shelf: Shelf, config: string): Parsed {
  const host: ts.ParseConfigHost = {
    useCaseSensitiveFileNames: true,
    fileExists: (path) => shelf.hasFile(path),
    readFile: (path) => shelf.read(path),
    readDirectory: (...walk) => {
      const [path, extensions, excludes, includes, depth] = walk
      const entries = (folder: string): ReturnType<Shelf['entries']> => shelf.entries(folder)
      return ts.matchFiles(path, extensions, excludes, includes, true, ROOT, depth, entries, (same) => same)
    },
  }
  const folder = config.slice(0, config.lastIndexOf('/'))
  const source = ts.readJsonConfigFile(config, (path) => shelf.read(path))
  const parsed = ts.parseJsonSourceFileConfigFileContent(source, host, folder, { noEmit: true }, config)
  const { fileNames, options, projectReferences = [] } = parsed
  // A project of nothing but references is no mistake.
  const wrong = ts.getConfigFileParsingDiagnostics(parsed).filter(({ code }) => code !== 18002 && code !== 18003)
  const references = projectReferences.map((reference) => ts.resolveProjectReferencePath(reference)).filter((path) => shelf.hasFile(path))
  // What `composite` and `incremental` ask for are files of a build, and there is none.
  const { composite: _composite, incremental: _incremental, tsBuildInfoFile: _info, ...kept } = options
  return { setup: { files: fileNames, options: { ...kept, noEmit: true }, errors: wrong }, references, has: new Set(fileNames) }
}
