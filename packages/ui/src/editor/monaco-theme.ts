import { editor } from 'monaco-editor/editor'
import { readColor } from '../theme/read-color'
import { isDarkNow, watchTheme } from './theme-watch'

/** The one theme of all our editors; defined anew whenever the tokens change. */
const THEME = 'tabwright'

/** Few colours on purpose: structure in ink, names of things in accent, literals in the state colours. */
function syntax(): editor.ITokenThemeRule[] {
  const hex = (token: string): string => readColor(token).slice(1)
  return [
    { token: '', foreground: hex('--ink') },
    { token: 'emphasis', fontStyle: 'italic' },
    { token: 'strong', fontStyle: 'bold' },
    { token: 'comment', foreground: hex('--ink-faint'), fontStyle: 'italic' },
    { token: 'keyword', foreground: hex('--accent') },
    { token: 'tag', foreground: hex('--accent') },
    { token: 'string', foreground: hex('--ok') },
    { token: 'string.key', foreground: hex('--ink') },
    { token: 'string.key.json', foreground: hex('--ink') },
    { token: 'string.value.json', foreground: hex('--ok') },
    { token: 'string.escape', foreground: hex('--warn') },
    { token: 'attribute.value', foreground: hex('--ok') },
    { token: 'attribute.name', foreground: hex('--ink-soft') },
    { token: 'number', foreground: hex('--warn') },
    { token: 'regexp', foreground: hex('--warn') },
    { token: 'constant', foreground: hex('--warn') },
    { token: 'variable', foreground: hex('--ink') },
    { token: 'type', foreground: hex('--ink'), fontStyle: 'bold' },
    { token: 'type.identifier', foreground: hex('--ink') },
    { token: 'delimiter', foreground: hex('--ink-soft') },
    { token: 'metatag', foreground: hex('--ink-faint') },
    { token: 'annotation', foreground: hex('--warn') },
    { token: 'invalid', foreground: hex('--danger') },
  ]
}

/** Underlined places, what is said of them, and the way from one to the next. */
function problemColors(): editor.IColors {
  return {
    'editorError.foreground': readColor('--danger'),
    'editorWarning.foreground': readColor('--warn'),
    'editorMarkerNavigation.background': readColor('--surface-raised'),
    'editorMarkerNavigationError.background': readColor('--danger'),
    'editorMarkerNavigationError.headerBackground': readColor('--danger-soft'),
    'editorMarkerNavigationWarning.background': readColor('--warn'),
    'editorMarkerNavigationWarning.headerBackground': readColor('--warn-soft'),
    'editorHoverWidget.background': readColor('--surface-raised'),
    'editorHoverWidget.foreground': readColor('--ink'),
    'editorHoverWidget.border': readColor('--line'),
    'textLink.foreground': readColor('--accent'),
  }
}

function surfaces(): editor.IColors {
  const ground = readColor('--surface')
  const raised = readColor('--surface-raised')
  const line = readColor('--line')
  const faint = readColor('--ink-faint')
  const accent = readColor('--accent')
  const soft = readColor('--ink-soft')
  // Six colours of brackets would say more than all the rest of the line.
  const brackets = Object.fromEntries([1, 2, 3, 4, 5, 6].map((depth) => [`editorBracketHighlight.foreground${depth}`, soft]))
  return {
    ...brackets,
    ...problemColors(),
    'editor.background': ground,
    'editor.foreground': readColor('--ink'),
    'editorGutter.background': ground,
    'editorLineNumber.foreground': faint,
    'editorLineNumber.activeForeground': readColor('--ink-soft'),
    'editor.lineHighlightBackground': readColor('--bg'),
    'editor.lineHighlightBorder': '#00000000',
    'editor.selectionBackground': readColor('--selection'),
    'editor.inactiveSelectionBackground': readColor('--accent-soft'),
    'editor.findMatchBackground': readColor('--warn-soft'),
    'editor.findMatchHighlightBackground': readColor('--accent-soft'),
    'editor.wordHighlightBackground': readColor('--accent-soft'),
    'editorCursor.foreground': accent,
    'editorIndentGuide.background1': line,
    'editorIndentGuide.activeBackground1': readColor('--line-strong'),
    'editorBracketMatch.background': readColor('--accent-soft'),
    'editorBracketMatch.border': '#00000000',
    'editorWidget.background': raised,
    'editorWidget.border': line,
    'editorWidget.foreground': readColor('--ink'),
    'input.background': ground,
    'input.foreground': readColor('--ink'),
    'input.border': line,
    focusBorder: accent,
    'menu.background': raised,
    'menu.foreground': readColor('--ink'),
    'menu.selectionBackground': readColor('--accent-soft'),
    'menu.selectionForeground': readColor('--ink'),
    'menu.separatorBackground': line,
    'scrollbar.shadow': '#00000000',
    'scrollbarSlider.background': `${faint}40`,
    'scrollbarSlider.hoverBackground': `${faint}66`,
    'scrollbarSlider.activeBackground': `${faint}80`,
    'diffEditor.insertedLineBackground': readColor('--diff-add-bg'),
    'diffEditor.removedLineBackground': readColor('--diff-del-bg'),
    'diffEditor.insertedTextBackground': `${readColor('--diff-add-mark')}b0`,
    'diffEditor.removedTextBackground': `${readColor('--diff-del-mark')}b0`,
    'diffEditorGutter.insertedLineBackground': readColor('--diff-add-bg'),
    'diffEditorGutter.removedLineBackground': readColor('--diff-del-bg'),
    'diffEditor.diagonalFill': line,
    'diffEditor.unchangedRegionBackground': readColor('--sunken'),
    'diffEditor.unchangedRegionForeground': readColor('--ink-soft'),
    'diffEditor.unchangedRegionShadow': '#00000000',
    'diffEditorOverview.insertedForeground': readColor('--diff-add-mark'),
    'diffEditorOverview.removedForeground': readColor('--diff-del-mark'),
  }
}

function define(): void {
  // Not inherited: rules for one language, such as grey brackets in HTML, would win over ours and are not made for our grounds.
  editor.defineTheme(THEME, { base: isDarkNow() ? 'vs-dark' : 'vs', inherit: false, rules: syntax(), colors: surfaces() })
  editor.setTheme(THEME)
}

/** Makes Monaco wear our tokens, and again after each change of theme. Called once; lives as long as the page, as Monaco does. */
export function wearTokens(): void {
  define()
  watchTheme(define)
}
