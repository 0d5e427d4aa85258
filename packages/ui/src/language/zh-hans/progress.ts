/** `progress/` */
export const progress = {
  '{what} not listed here': '另有{what}未列出',
}
