// Puts the chosen theme on <html> before anything is painted. The key is THEME_KEY of packages/ui/src/theme/theme-choice.ts.
try {
  const choice = localStorage.getItem('tabwright.theme')
  if (choice === 'light' || choice === 'dark' || choice === 'contrast') document.documentElement.dataset.theme = choice
} catch (error) {
  // Storage is switched off: there is no choice to read, and the system's theme is right.
  if (!(error instanceof DOMException)) throw error
}
