/** `palette/` */
export const palette = {
  'Nothing matches “{query}”.': '没有与“{query}”匹配的内容。',
}
