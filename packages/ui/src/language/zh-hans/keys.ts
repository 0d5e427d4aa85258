/** `keys/` */
export const keys = {
  'This key means the same everywhere and stays as it is.': '此键在任何地方含义都相同，保持不变。',
  'Keys with the system’s own key never reach a page.': '与系统键组合的按键不会到达页面。',
  'The browser, or every text, needs these keys.': '浏览器或文本输入需要这些键。',
  'A letter by itself is for typing. Hold Ctrl, ⌘ or Alt with it.': '单独的字母用于输入。请同时按住 Ctrl、⌘ 或 Alt。',
}
