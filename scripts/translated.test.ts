import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript-api'
import { expect, test } from 'vitest'
import { ROOT } from './steps.mjs'

// A sentence that goes around `t` is English in every language, and nothing else says so.

/** Attributes that a person reads or hears. */
const READ = new Set(['aria-label', 'aria-description', 'title', 'placeholder', 'alt', 'label'])
/** Names and examples of code are the same everywhere, and so is what stands in these elements. */
const NAMES = new Set([
  'Tabwright',
  'github.com',
  'https://github.com/owner/name',
  'sk-ant-…',
  'ABCD-2345',
  'folder/name.ts',
  'shell(npm run *)',
  'shell(npm test && git push)',
  'Ctrl+Shift+Enter',
  'Ctrl+Shift+Backspace',
])
const CODE = new Set(['code', 'kbd'])
/** The page of a shared session speaks English: every copy of it would carry all languages. */
const ENGLISH = new Set(['packages/ui/src/share/viewer.tsx', 'apps/web/src/viewer/viewer-page.tsx'])

const components = ['packages/ui/src', 'apps/web/src'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.tsx') && !path.includes('.test.'))
    .map((path) => `${folder}/${path}`),
)

const OPTIONS = { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone }

/** What is drawn as it stands, whichever branch is taken. */
function drawn(node: ts.Expression): readonly string[] {
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isTemplateExpression(node)) return [[node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…')]
  if (ts.isParenthesizedExpression(node)) return drawn(node.expression)
  if (ts.isConditionalExpression(node)) return [...drawn(node.whenTrue), ...drawn(node.whenFalse)]
  if (!ts.isBinaryExpression(node)) return []
  return node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken ? drawn(node.right) : [...drawn(node.left), ...drawn(node.right)]
}

/** Texts of a component that are on screen as they are written. */
function untranslated(name: string, source: string): readonly string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isJsxElement(node) && ts.isIdentifier(node.openingElement.tagName) && CODE.has(node.openingElement.tagName.text)) return
    if (ts.isJsxText(node)) found.push(node.text.replaceAll(/\s+/g, ' ').trim())
    else if (ts.isJsxExpression(node) && node.expression) found.push(...drawn(node.expression))
    // What an attribute holds is not drawn by itself, but elements in it are.
    if (ts.isJsxAttribute(node)) found.push(...attribute(node))
    ts.forEachChild(ts.isJsxAttribute(node) && node.initializer && ts.isJsxExpression(node.initializer) ? node.initializer : node, visit)
  }
  visit(ts.createSourceFile(name, source, OPTIONS, false, ts.ScriptKind.TSX))
  return found.filter((text) => /\p{L}{2}/u.test(text) && !NAMES.has(text))
}

function attribute({ name, initializer: value }: ts.JsxAttribute): readonly string[] {
  if (!ts.isIdentifier(name) || !READ.has(name.text) || value === undefined) return []
  if (ts.isStringLiteral(value)) return [value.text]
  return ts.isJsxExpression(value) && value.expression ? drawn(value.expression) : []
}

test('every sentence of a component goes through the catalogues', () => {
  const found = components
    .filter((path) => !ENGLISH.has(path))
    .flatMap((path) => untranslated(path, readFileSync(join(ROOT, path), 'utf8')).map((text) => `${path}: ${text}`))
  expect(found).toEqual([])
})

test.each([
  ['<p>No file differs.</p>', ['No file differs.']],
  ['<p title="Two words">{isOff ? "Nothing" : t("Some")}</p>', ['Two words', 'Nothing']],
  ['<p aria-label={`Open ${name}`}>{n > 0 && `${n} left`}</p>', ['Open …', '… left']],
  ['<p className="row" title={t("Two words")}>{t("Some")} · {n}</p>', []],
])('finds what goes around them: %s', (source, texts) => {
  expect(untranslated('x.tsx', source)).toEqual(texts)
})
