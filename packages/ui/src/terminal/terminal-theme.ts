import type { ISearchOptions } from '@xterm/addon-search'
import type { ITheme } from '@xterm/xterm'
import { isDarkNow } from '../editor/theme-watch'
import { readColor } from '../theme/read-color'

// The tokens hold no blue and no magenta; these two stand beside them at the same lightness.
const BLUE = { light: '#2f5f93', dark: '#92b8e3' }
const MAGENTA = { light: '#8b4577', dark: '#d9a3cb' }

/** The sixteen colours of programs, out of our tokens as they are now. */
export function terminalTheme(): ITheme {
  const shade = isDarkNow() ? 'dark' : 'light'
  const ink = readColor('--ink')
  const ground = readColor('--surface')
  const six = {
    red: readColor('--danger'),
    green: readColor('--ok'),
    yellow: readColor('--warn'),
    blue: BLUE[shade],
    magenta: MAGENTA[shade],
    cyan: readColor('--accent'),
  }
  return {
    ...six,
    background: ground,
    foreground: ink,
    cursor: readColor('--accent'),
    cursorAccent: ground,
    selectionBackground: readColor('--selection'),
    black: readColor(shade === 'dark' ? '--sunken' : '--ink'),
    white: readColor(shade === 'dark' ? '--ink-soft' : '--line'),
    brightBlack: readColor('--ink-faint'),
    brightRed: six.red,
    brightGreen: six.green,
    brightYellow: six.yellow,
    brightBlue: six.blue,
    brightMagenta: six.magenta,
    brightCyan: six.cyan,
    brightWhite: ink,
    scrollbarSliderBackground: `${readColor('--ink-faint')}40`,
    scrollbarSliderHoverBackground: `${readColor('--ink-faint')}66`,
    scrollbarSliderActiveBackground: `${readColor('--ink-faint')}80`,
  }
}

/** What text must differ by at least from what it stands on, WCAG's measure: more where the system asks for more. */
export function contrastNow(): number {
  return window.matchMedia('(prefers-contrast: more), (forced-colors: active)').matches ? 7 : 4.5
}

/** How the places that a search found are marked. */
export function searchColors(): NonNullable<ISearchOptions['decorations']> {
  const [each, here] = [readColor('--ink-faint'), readColor('--accent')]
  return {
    matchBorder: each,
    matchOverviewRuler: each,
    activeMatchBorder: here,
    activeMatchBackground: readColor('--selection'),
    activeMatchColorOverviewRuler: here,
  }
}
