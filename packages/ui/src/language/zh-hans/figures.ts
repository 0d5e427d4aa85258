/** Times and sizes: `layout/figures.ts`. */
export const figures = {
  '{s} s': '{s} 秒',
  '{m} min {s} s': '{m} 分 {s} 秒',
  '{h} h {m} min': '{h} 小时 {m} 分',
  '{part} of {whole}': '{part}/{whole}',
  now: '刚刚',
  '{m} min': '{m} 分钟',
  '{h} h': '{h} 小时',
  yesterday: '昨天',
  'yesterday {time}': '昨天 {time}',
}
