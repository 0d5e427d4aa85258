import type { keys as hans } from '../zh-hans/keys'

/** `keys/` */
export const keys: Record<keyof typeof hans, string> = {
  'This key means the same everywhere and stays as it is.': '此鍵在任何地方意義都相同，維持不變。',
  'Keys with the system’s own key never reach a page.': '與系統鍵組合的按鍵不會到達頁面。',
  'The browser, or every text, needs these keys.': '瀏覽器或文字輸入需要這些鍵。',
  'A letter by itself is for typing. Hold Ctrl, ⌘ or Alt with it.': '單獨的字母用於輸入。請同時按住 Ctrl、⌘ 或 Alt。',
}
