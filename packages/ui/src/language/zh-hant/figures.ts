import type { figures as hans } from '../zh-hans/figures'

/** Times and sizes. */
export const figures: Record<keyof typeof hans, string> = {
  '{s} s': '{s} 秒',
  '{m} min {s} s': '{m} 分 {s} 秒',
  '{h} h {m} min': '{h} 小時 {m} 分',
  '{part} of {whole}': '{part}/{whole}',
  now: '剛剛',
  '{m} min': '{m} 分鐘',
  '{h} h': '{h} 小時',
  yesterday: '昨天',
  'yesterday {time}': '昨天 {time}',
}
