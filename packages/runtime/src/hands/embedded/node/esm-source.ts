import { parse, type Import } from 'es-module-lexer/js'
import { transform } from 'sucrase'
import { transformed, type EsmSource } from './esm-transform'
import { edited, type Edit } from './syntax'

const TS = /\.[cm]?ts$/

/** Removes types; line numbers stay, and so do `import` and `export`. */
export function stripTypes(source: string, path: string): string {
  if (!TS.test(path)) return source
  return transform(source, { transforms: ['typescript'], disableESTransforms: true, preserveDynamicImport: true, filePath: path }).code
}

/** Whether the text can only be a module: it imports, exports or asks for `import.meta`. False when it cannot be read at all. */
export function hasModuleSyntax(source: string, path: string): boolean {
  if (!/\b(import|export)\b/.test(source)) return false
  try {
    return parse(stripTypes(source, path))[3]
  } catch (thrown) {
    // Not to be read as a module: the evaluation that follows names the error.
    if (thrown instanceof Error) return false
    throw thrown
  }
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

/** @throws SyntaxError from the parser */
export function readEsm(source: string, path: string): EsmSource {
  return transformed(stripTypes(source, path))
}

/** A module's text without what makes it one: read as a function's it fails as the module does, in the words of the engine. */
export function asFunction(source: string, path: string): string {
  const plain = stripTypes(source, path)
  return plain
    .replaceAll(/^([ \t]*)(?:import\b(?!\s*[(.])|export\b(?=\s*[*{][^'"`;\n]*\bfrom\b))[^'"]*?(?:'[^'\n]*'|"[^"\n]*")/gm, lines)
    .replaceAll(/^([ \t]*)export\s*\{[^}]*\}/gm, lines)
    .replaceAll(/^([ \t]*)export\s+default\b/gm, (words) => 'const __d ='.padEnd(words.length))
    .replaceAll(/^([ \t]*)export\b/gm, (words) => ' '.repeat(words.length))
}

const lines = (text: string): string => `;${text.replaceAll(/[^\n]/g, '')}`
