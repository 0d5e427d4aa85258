import { convert } from './convert.js'

/** A length in millimetres for people: `1.25 m`. At most `digits` behind the point, none that are 0. */
export function formatLength(mm, unit = 'm', digits = 2) {
  const value = Number(convert(mm, 'mm', unit).toFixed(digits))
  return `${value} ${unit}`
}
