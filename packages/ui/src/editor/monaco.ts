import { editor, languages } from 'monaco-editor/editor'
import 'monaco-editor/features/bracketMatching/register'
import 'monaco-editor/features/caretOperations/register'
import 'monaco-editor/features/clipboard/register'
import 'monaco-editor/features/codeEditor/register'
import 'monaco-editor/features/codicon/register'
import 'monaco-editor/features/comment/register'
import 'monaco-editor/features/contextmenu/register'
import 'monaco-editor/features/cursorUndo/register'
import 'monaco-editor/features/diffEditor/register'
import 'monaco-editor/features/find/register'
import 'monaco-editor/features/folding/register'
import 'monaco-editor/features/gotoError/register'
import 'monaco-editor/features/hover/register'
import 'monaco-editor/features/indentation/register'
import 'monaco-editor/features/lineSelection/register'
import 'monaco-editor/features/linesOperations/register'
import 'monaco-editor/features/longLinesHelper/register'
import 'monaco-editor/features/multicursor/register'
import 'monaco-editor/features/smartSelect/register'
import 'monaco-editor/features/toggleTabFocusMode/register'
import 'monaco-editor/features/unicodeHighlighter/register'
import 'monaco-editor/features/wordHighlighter/register'
import 'monaco-editor/features/wordOperations/register'
import 'monaco-editor/languages/definitions/cpp/register'
import 'monaco-editor/languages/definitions/csharp/register'
import 'monaco-editor/languages/definitions/css/register'
import 'monaco-editor/languages/definitions/dockerfile/register'
import 'monaco-editor/languages/definitions/go/register'
import 'monaco-editor/languages/definitions/html/register'
import 'monaco-editor/languages/definitions/ini/register'
import 'monaco-editor/languages/definitions/java/register'
import 'monaco-editor/languages/definitions/javascript/register'
import 'monaco-editor/languages/definitions/kotlin/register'
import 'monaco-editor/languages/definitions/less/register'
import 'monaco-editor/languages/definitions/lua/register'
import 'monaco-editor/languages/definitions/markdown/register'
import 'monaco-editor/languages/definitions/php/register'
import 'monaco-editor/languages/definitions/python/register'
import 'monaco-editor/languages/definitions/ruby/register'
import 'monaco-editor/languages/definitions/rust/register'
import 'monaco-editor/languages/definitions/scss/register'
import 'monaco-editor/languages/definitions/shell/register'
import 'monaco-editor/languages/definitions/sql/register'
import 'monaco-editor/languages/definitions/swift/register'
import 'monaco-editor/languages/definitions/typescript/register'
import 'monaco-editor/languages/definitions/xml/register'
import 'monaco-editor/languages/definitions/yaml/register'
import workerUrl from './editor.worker?worker&url'
import { jsonConfiguration, jsonGrammar } from './json-grammar'
import { wearTokens } from './monaco-theme'
import { trustedWorker } from './trusted-worker'

// Whatever the label: no language has a worker of its own here, and the editor's worker computes diffs for all.
globalThis.MonacoEnvironment = { getWorker: () => trustedWorker(workerUrl, 'editor') }

languages.register({ id: 'json', extensions: ['.json', '.jsonc'] })
languages.setMonarchTokensProvider('json', jsonGrammar)
languages.setLanguageConfiguration('json', jsonConfiguration)
wearTokens()

/** What both kinds of editor have in common. */
export const BASE_OPTIONS = {
  automaticLayout: true,
  fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--font-mono'),
  fontSize: 12.5,
  lineHeight: 20,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  smoothScrolling: false,
  renderLineHighlight: 'line',
  overviewRulerBorder: false,
  overviewRulerLanes: 0,
  guides: { indentation: true, bracketPairs: false },
  bracketPairColorization: { enabled: false },
  unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: true },
  padding: { top: 8, bottom: 8 },
  scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false },
  links: false,
  stickyScroll: { enabled: false },
  fixedOverflowWidgets: true,
} as const satisfies editor.IEditorOptions

/**
 * Call after making an editor. Monaco hangs empty `alert` elements on the page for its announcements; an alert is a message of ours
 * to a screen reader's user and to a test, so these become plain live regions, which are read out just the same.
 */
export function tameAnnouncements(): void {
  for (const element of document.querySelectorAll('.monaco-aria-container [role="alert"]')) {
    element.removeAttribute('role')
    element.setAttribute('aria-live', 'assertive')
  }
}

export { editor }
export { followText } from './follow-text'
export { ModelShelf } from './model-shelf'
