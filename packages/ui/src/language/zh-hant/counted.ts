import type { counted as hans } from '../zh-hans/counted'

/** What is counted. */
export const counted: Record<keyof typeof hans, string> = {
  '{n} attachments': '{n} 個附件',
  '{n} comments': '{n} 則留言',
  '{n} files': '{n} 個檔案',
  '{n} hidden characters': '{n} 個隱藏字元',
  '{n} lines': '{n} 行',
  '{n} links': '{n} 個連結',
  '{n} messages': '{n} 則訊息',
  '{n} older lines': '{n} 行較早的內容',
  '{n} older messages': '{n} 則較早的訊息',
  '{n} older steps': '{n} 個較早的步驟',
  '{n} pages': '{n} 頁',
  '{n} places': '{n} 處',
  '{n} problems': '{n} 個問題',
  '{n} sessions': '{n} 個工作階段',
  '{n} smaller ones': '{n} 個較小的',
  '{n} steps': '{n} 步',
  '{n} times': '{n} 次',
  '{n} tools': '{n} 個工具',
}
