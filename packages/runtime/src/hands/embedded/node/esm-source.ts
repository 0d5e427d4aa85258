import { parse, type Import } from 'es-module-lexer/js'
import { transform } from 'sucrase'

/** A static import as written. */
export interface StaticImport {
  readonly specifier: string
  /** Names that the other module must have; `default` among them. */
  readonly names: readonly string[]
  /** `export * from`. */
  readonly isStar: boolean
  readonly isJson: boolean
}

/** An ES module turned into the body of an async function; see {@link compileEsm}. */
export interface EsmSource {
  readonly code: string
  readonly imports: readonly StaticImport[]
  readonly exports: readonly string[]
}

const TS = /\.[cm]?ts$/

/** Removes types; line numbers stay. */
export function stripTypes(source: string, path: string, isEsm: boolean): string {
  if (!TS.test(path)) return source
  return transform(source, {
    transforms: isEsm ? ['typescript', 'imports'] : ['typescript'],
    disableESTransforms: true,
    preserveDynamicImport: true,
    filePath: path,
  }).code
}

/** Whether the text can only be a module: it imports, exports or asks for `import.meta`. False when it cannot be read at all. */
export function hasModuleSyntax(source: string, path: string): boolean {
  if (!/\b(import|export)\b/.test(source)) return false
  try {
    return parse(stripForLexer(source, path))[3]
  } catch (thrown) {
    // Not to be read as a module: the evaluation that follows names the error.
    if (thrown instanceof Error) return false
    throw thrown
  }
}

/** The lexer reads JavaScript only. Types go, `import` and `export` stay. */
function stripForLexer(source: string, path: string): string {
  if (!TS.test(path)) return source
  return transform(source, { transforms: ['typescript'], disableESTransforms: true, filePath: path }).code
}

interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

function edited(source: string, edits: readonly Edit[]): string {
  let out = ''
  let at = 0
  for (const { from, to, text } of edits.toSorted((a, b) => a.from - b.from)) {
    out += source.slice(at, from) + text
    at = to
  }
  return out + source.slice(at)
}

/** `import(` and `import.meta` have no meaning inside a function made from text: they become calls of ours. */
function dynamicEdits(imports: readonly Import[]): Edit[] {
  const edits: Edit[] = []
  for (const { type, importStart, importEnd } of imports) {
    if (type === 'dynamic') edits.push({ from: importStart, to: importStart + 'import'.length, text: '__import' })
    else if (type === 'import-meta') edits.push({ from: importStart, to: importEnd, text: '__meta' })
  }
  return edits
}

/** Replaces `import(` in a script. */
export function withDynamicImports(source: string): string {
  if (!/\bimport\b/.test(source)) return source
  const [imports] = parse(source)
  return edited(source, dynamicEdits(imports))
}

function namesIn(clause: string): string[] {
  const names: string[] = []
  const braces = /\{([^}]*)\}/.exec(clause)?.[1] ?? ''
  for (const part of braces.split(',')) {
    const name = part.trim().split(/\s+as\s+/)[0]
    if (name !== undefined && name !== '' && !name.startsWith('type ')) names.push(name.replace(/^["']|["']$/g, ''))
  }
  if (/^import\s+(?!type\b)[\w$]/.test(clause)) names.push('default')
  return names
}

const COMMENTS = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g

/**
 * The calls that the transpiler made of imports get a name of ours: `require` is the program's to declare, as `createRequire` has it do, and
 * is not there where it does not. Each stands where its import stood, so they come in that order.
 */
function withOwnRequires(code: string, specifiers: ReadonlySet<string>): string {
  let [out, rest] = ['', code]
  for (const specifier of specifiers) {
    const found = [`require('${specifier}')`, `require("${specifier}")`].map((call) => rest.indexOf(call)).filter((at) => at >= 0)
    if (found.length === 0) continue
    const at = Math.min(...found)
    out += `${rest.slice(0, at)}__`
    rest = rest.slice(at)
  }
  return out + rest
}

/** @throws SyntaxError from the lexer or the transpiler */
export function readEsm(source: string, path: string): EsmSource {
  const plain = stripForLexer(source, path)
  const [found, exported] = parse(plain)
  const imports: StaticImport[] = []
  for (const entry of found) {
    if ((entry.type !== 'static' && entry.type !== 'reexport-star') || entry.typeOnly) continue
    imports.push({
      specifier: entry.specifier,
      names: namesIn(plain.slice(entry.importStart, entry.start).replace(COMMENTS, ' ')),
      isStar: entry.type === 'reexport-star',
      isJson: entry.attributes?.some(([key, value]) => key === 'type' && value === 'json') ?? false,
    })
  }
  const prepared = edited(plain, dynamicEdits(found))
  const { code } = transform(prepared, { transforms: ['imports'], disableESTransforms: true, preserveDynamicImport: true, filePath: path })
  const exports = exported.flatMap((entry) => (entry.type === 'reexport-all' ? [] : [entry.name]))
  // The helper of `export *` asks the namespace, which has all names before the module runs: its own names go before those of others.
  const own = code.replace('exports.hasOwnProperty(key)', `${JSON.stringify(exports)}.includes(key)`)
  return { code: withOwnRequires(own, new Set(imports.map(({ specifier }) => specifier))), imports, exports }
}
