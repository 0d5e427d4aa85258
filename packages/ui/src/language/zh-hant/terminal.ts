import type { terminal as hans } from '../zh-hans/terminal'

/** `terminal/` */
export const terminal: Record<keyof typeof hans, string> = {
  'You type into the agent’s shell; it is told.': '你正在代理程式的 shell 中輸入；它會得知。',
  'What the agent runs; take over to type.': '代理程式所執行的內容；接管後即可輸入。',
  'Give back': '交還',
  'Commands of the agent': '代理程式的命令',
  'The agent has run nothing yet.': '代理程式還沒有執行過任何命令。',
  'Open this link?': '開啟此連結？',
  'It stands in the output of a program and opens in a tab of its own.': '它出現在程式的輸出中，將在單獨的分頁中開啟。',
  Open: '開啟',
  '{count} characters came too fast to be shown': '{count} 個字元來得太快，無法顯示',
  'In the terminal': '在終端機中',
  'Search the terminal': '搜尋終端機',
  'Not found': '找不到',
  'Place before': '上一處',
  'Next place': '下一處',
  'End the search': '結束搜尋',
  Terminals: '終端機',
  'Search (Ctrl+F)': '搜尋 (Ctrl+F)',
  'Screen reader mode': '螢幕閱讀器模式',
  'Click here or press a key to start a shell.': '按一下此處或按任意鍵啟動 shell。',
  'Shift+Tab leaves the terminal.': 'Shift+Tab 離開終端機。',
  'Older terminal text could not be read: {message}': '無法讀取較早的終端機文字：{message}',
  'Nothing was copied: {message}': '沒有複製任何內容：{message}',
}
