import type { palette as hans } from '../zh-hans/palette'

/** `palette/` */
export const palette: Record<keyof typeof hans, string> = {
  'Nothing matches “{query}”.': '沒有符合「{query}」的內容。',
}
