import type { settings as hans } from '../zh-hans/settings'

/** `settings/` */
export const settings: Record<keyof typeof hans, string> = {
  Language: '語言',
  'As the browser': '與瀏覽器相同',
  'What the agent writes, names of its tools and the texts of programs stay as they are.':
    '代理程式所寫的內容、其工具名稱以及程式的輸出維持原樣。',
  'The language could not be loaded: {why} The page speaks as before.': '無法載入該語言：{why} 頁面語言維持不變。',
}
