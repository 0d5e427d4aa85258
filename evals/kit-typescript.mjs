// For checkers of projects in TypeScript: the compiler looks at types, and what it makes of the files is run.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import ts from 'typescript-api'
import { assert, load, node } from './kit.mjs'

const OPTIONS = { strict: true, noEmit: true, allowImportingTsExtensions: true, types: [], skipLibCheck: true }

/**
 * What the compiler says of the library, and of each of some programs that use it; none where the types hold.
 * @param {string} head of each program
 * @param {readonly string[]} programs
 * @param {Record<string, unknown>} [options]
 */
function typeProblems(head, programs, options = {}) {
  const paths = programs.map((_, at) => resolve(`probe-${at}.ts`))
  // One program of them all: the compiler reads its own library once.
  for (const [at, path] of paths.entries()) writeFileSync(path, `${head}\n${programs[at]}\nexport {}\n`)
  const program = ts.createProgram([resolve('src/index.ts'), ...paths], {
    ...OPTIONS,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    lib: ['lib.es2022.d.ts'],
    ...options,
  })
  const found = ts.getPreEmitDiagnostics(program).map((problem) => ({
    path: problem.file?.fileName ?? '',
    text: ts.flattenDiagnosticMessageText(problem.messageText, ' '),
  }))
  for (const path of paths) rmSync(path)
  const textsOf = (/** @type {(path: string) => boolean} */ is) => found.filter(({ path }) => is(path)).map(({ text }) => text)
  return { library: textsOf((path) => !paths.includes(path)), programs: paths.map((own) => textsOf((path) => path === own)) }
}

/**
 * Throws where the library's types do not hold, where a good program does not compile, or where a bad one does.
 * @param {{ head?: string, good?: readonly string[], bad?: readonly string[], options?: Record<string, unknown> }} [wanted]
 */
export function typesHold({ head = '', good = [], bad = [], options } = {}) {
  const { library, programs } = typeProblems(head, [...good, ...bad], options)
  assert.deepEqual(library, [], `the types of the library hold: ${library[0]}`)
  for (const [at, line] of good.entries()) assert.deepEqual(programs[at], [], `${line} must compile`)
  for (const [at, line] of bad.entries()) assert.notEqual(programs[good.length + at].length, 0, `${line} must not compile`)
}

/**
 * The files of some folders as JavaScript, beside each other below another one.
 * @param {string} to
 * @param {{ from?: string, folders?: readonly string[] }} [where]
 */
export function compile(to, { from = '.', folders = ['src', 'test'] } = {}) {
  for (const folder of folders)
    for (const name of readdirSync(join(from, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue
      const text = readFileSync(join(from, folder, name), 'utf8').replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'")
      const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true }
      const file = join(to, folder, name.replace(/\.ts$/, '.js'))
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, ts.transpileModule(text, { compilerOptions: options }).outputText)
    }
  writeFileSync(join(to, 'package.json'), '{"type":"module"}')
}

/** What the library exports. */
export const library = () => {
  compile('compiled')
  return load('compiled/src/index.js')
}

/** Whether the project's own tests pass. */
export function compiledTestsPass(from = '.', files = /** @type {string[]} */ ([])) {
  const to = join(from, 'compiled-tests')
  compile(to, { from })
  // One file needs no process of its own below the runner's.
  const { code, out } = node(files.length === 1 ? files : ['--test', ...files], { cwd: to })
  return code === 0 && /^(#|ℹ) pass [1-9]/m.test(out)
}
