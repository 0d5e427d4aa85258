import { ts } from './compiler'
import { LIBRARY, ROOT, type Shelf } from './shelf'

/** What belongs together and how it is to be read. */
export interface ProjectSetup {
  /** Absolute paths of its own files. */
  readonly files: readonly string[]
  readonly options: ts.CompilerOptions
  /** What is wrong with its description. */
  readonly errors: readonly ts.Diagnostic[]
}

/** How long the compiler may go on. Shared by all projects: one check runs at a time. */
export interface Deadline {
  /** By `performance.now()`. */
  at: number
}

/** One project under the compiler's language service. */
export interface Project {
  /** Its description; undefined: files that none speaks of. */
  readonly config: string | undefined
  setup: ProjectSetup
  readonly service: ts.LanguageService
}

/** The service keeps what it knows of files that did not change. */
export function openProject(shelf: Shelf, start: Pick<Project, 'config' | 'setup'>, parts: ProjectParts): Project {
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => project.setup.options,
    getProjectVersion: () => `${shelf.generation}:${shelf.structure}`,
    getScriptFileNames: () => [...project.setup.files],
    getScriptVersion: (path) => shelf.version(path),
    getScriptSnapshot: (path) => {
      const text = shelf.read(path)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => ROOT,
    getDefaultLibFileName: (options) => `${LIBRARY}/${ts.getDefaultLibFileName(options)}`,
    useCaseSensitiveFileNames: () => true,
    fileExists: (path) => shelf.hasFile(path),
    readFile: (path) => shelf.read(path),
    directoryExists: (path) => shelf.hasFolder(path),
    getDirectories: (path) => [...shelf.entries(path).directories],
    getCancellationToken: () => ({ isCancellationRequested: () => performance.now() > parts.deadline.at }),
  }
  const project: Project = { ...start, service: ts.createLanguageService(host, parts.registry) }
  return project
}

/** What all projects share. */
export interface ProjectParts {
  readonly registry: ts.DocumentRegistry
  readonly deadline: Deadline
}
