import type { Problem, ProblemReport } from '@tabwright/protocol'
import { isCheckedFile } from '../core/diagnostics'
import { ts } from './compiler'
import { importersOf } from './importers'
import type { Deadline, Project } from './project'
import { fileProblems, inOrder, missingIn, newProblems, type FileProblems } from './problems'
import { Projects } from './projects'
import { ROOT, Shelf, type ShelfDelta } from './shelf'

/** A check of files as they are after `delta`. */
export interface CheckWish {
  readonly delta: ShelfDelta
  /** A file or a folder, relative to the workspace; everything where it is left out. */
  readonly path?: string
  /** How long it may take. What is not checked then is counted. */
  readonly ms: number
}

/** What one edit made new: the files as they were, and what came then. */
export interface NewsWish {
  readonly before: ShelfDelta
  readonly after: ShelfDelta
  readonly path: string
  readonly ms: number
}

/** The compiler over the files of one workspace. Asked one thing after the other; it never waits. */
export class DiagnosticsEngine {
  readonly #shelf: Shelf
  readonly #projects: Projects
  readonly #deadline: Deadline = { at: 0 }
  /** Of this generation of the files. */
  #known = new Map<string, FileProblems>()
  #generation = 0

  /** @param libraries the compiler's `lib.*.d.ts`, by name */
  constructor(libraries: Readonly<Record<string, string>>) {
    this.#shelf = new Shelf(libraries)
    this.#projects = new Projects(this.#shelf, this.#deadline)
  }

  /** Problems of one file, of a folder, or of all. */
  check({ delta, path = '', ms }: CheckWish): ProblemReport {
    this.#apply(delta)
    this.#deadline.at = performance.now() + ms
    const at = path === '' ? ROOT : `${ROOT}/${path}`
    const paths = this.#shelf.paths().filter((file) => isCheckedFile(file) && (file === at || file.startsWith(`${at}/`)))
    const files = this.#checkAll(paths)
    return report(files, [...this.#ofSetups(files), ...files.flatMap(({ problems }) => problems)], paths.length - files.length)
  }

  /** Problems that are there after an edit and were not before, in the file and in those that read it. */
  news({ before, after, path, ms }: NewsWish): ProblemReport {
    const start = performance.now()
    this.#apply(before)
    const at = `${ROOT}/${path}`
    // Half for the files as they were: without that nobody knows what is new.
    this.#deadline.at = start + ms / 2
    const old = this.#around(at)
    this.#apply(after)
    this.#deadline.at = start + ms
    const now = this.#around(at)
    const olds = new Map(old.files.map((file) => [file.path, file]))
    const told = now.files.filter((file) => olds.has(file.path) || (old.isWhole && file.path === path))
    const news = told.flatMap((file) => newProblems(olds.get(file.path)?.problems ?? [], file.problems))
    return report(told, news, now.count - told.length)
  }

  /** The file, and what reads it. */
  #around(path: string): { readonly files: readonly FileProblems[]; readonly count: number; readonly isWhole: boolean } {
    const project = this.#projects.of(path)
    const program = inTime(() => project.service.getProgram())
    if (!program) return { files: [], count: 1, isWhole: false }
    const isThere = this.#shelf.hasFile(path)
    const paths = [...(isThere ? [path] : []), ...importersOf(program, path)]
    const files = this.#checkAll(paths)
    return { files, count: paths.length, isWhole: files.length === paths.length }
  }

  #apply(delta: ShelfDelta): void {
    this.#shelf.apply(delta)
    if (this.#generation === this.#shelf.generation) return
    this.#generation = this.#shelf.generation
    this.#known = new Map()
  }

  /** As many of them as there is time for, in their order. */
  #checkAll(paths: readonly string[]): readonly FileProblems[] {
    const files: FileProblems[] = []
    for (const path of paths) {
      const found = this.#known.get(path) ?? inTime(() => this.#checkOne(path))
      if (!found) return files
      this.#known.set(path, found)
      files.push(found)
    }
    return files
  }

  #checkOne(path: string): FileProblems {
    const { service, setup } = this.#projects.of(path)
    const syntax = service.getSyntacticDiagnostics(path)
    // What is made of a file that cannot be read says nothing.
    const isTyped = syntax.length === 0 && setup.options.noResolve !== true
    return fileProblems(this.#shelf, path, isTyped ? service.getSemanticDiagnostics(path) : syntax)
  }

  /** What is wrong with the descriptions of the projects that these files belong to. */
  #ofSetups(files: readonly FileProblems[]): readonly Problem[] {
    const projects = new Set<Project>(files.map(({ path }) => this.#projects.of(`${ROOT}/${path}`)))
    return [...projects].flatMap((project) => {
      if (project.config === undefined) return []
      const own = inTime(() => project.service.getCompilerOptionsDiagnostics()) ?? []
      return fileProblems(this.#shelf, project.config, [...project.setup.errors, ...own]).problems
    })
  }
}

function report(files: readonly FileProblems[], problems: readonly Problem[], unchecked: number): ProblemReport {
  return {
    problems: inOrder(problems),
    checked: files.length,
    unchecked,
    missing: missingIn(files),
    consequences: files.reduce((sum, file) => sum + file.consequences, 0),
    notes: [],
  }
}

/** Undefined: the time was over before it was done. */
function inTime<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (thrown) {
    if (thrown instanceof ts.OperationCanceledException) return undefined
    throw thrown
  }
}
