import type { progress as hans } from '../zh-hans/progress'

/** `progress/` */
export const progress: Record<keyof typeof hans, string> = {
  '{what} not listed here': '另有{what}未列出',
}
