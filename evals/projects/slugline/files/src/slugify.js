import { SPELLED } from './spelled.js'

/**
 * Text for an address.
 * @param {string} text
 * @param {{ separator?: string, lower?: boolean }} [options]
 */
export function slugify(text, { separator = '-', lower = true } = {}) {
  let spelled = ''
  for (const character of text.normalize('NFC')) spelled += SPELLED.get(character) ?? character
  const plain = spelled.normalize('NFD').replace(/\p{M}/gu, '')
  const slug = plain.replace(/[^A-Za-z0-9]+/g, separator)
  const trimmed = slug.replace(new RegExp('^' + separator + '+|' + separator + '+$', 'g'), '')
  return lower ? trimmed.toLowerCase() : trimmed
}
