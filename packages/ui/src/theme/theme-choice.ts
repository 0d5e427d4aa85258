/** What the person picked; `system` follows the operating system and its changes, `contrast` does so with the strongest contrast. */
export type ThemeChoice = 'system' | 'light' | 'dark' | 'contrast'

/** Where the choice is kept; the early theme script of the app reads the same key. */
export const THEME_KEY = 'tabwright.theme'

/** Anything that is not a known choice is `system`. */
export function themeChoice(text: string | null): ThemeChoice {
  return text === 'light' || text === 'dark' || text === 'contrast' ? text : 'system'
}

/** Puts the choice on <html>. Without `data-theme` the style sheet follows the system by itself. */
export function applyTheme(choice: ThemeChoice): void {
  if (choice === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = choice
}
