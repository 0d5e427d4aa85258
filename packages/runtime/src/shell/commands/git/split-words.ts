/** Words of an alias or a setting, quotes heeded. */
export function splitWords(text: string): string[] {
  const words = [...text.matchAll(/(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/g)]
  const unquoted = (part: string): string => (part.startsWith("'") ? part.slice(1, -1) : part.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1'))
  return words.map(([word]) => word.replace(/'[^']*'|"(?:[^"\\]|\\.)*"|\\./g, unquoted))
}
