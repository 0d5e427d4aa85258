class BadRequest extends Error {
  status = 400
}

/** A book as it was sent. Throws an error with status 400 that names the field. */
export function readBook(body) {
  if (typeof body !== 'object' || body === null) throw new BadRequest('a book is an object')
  const { title, author, year } = body
  if (typeof title !== 'string' || title.trim() === '') throw new BadRequest('title is missing')
  if (typeof author !== 'string' || author.trim() === '') throw new BadRequest('author is missing')
  if (year !== undefined && !Number.isInteger(year)) throw new BadRequest('year is no whole number')
  return { title: title.trim(), author: author.trim(), ...(year !== undefined && { year }) }
}

/** A number of a query. Throws an error with status 400 that names it. */
export function readNumber(text, name, { min, max, otherwise }) {
  if (text === undefined) return otherwise
  if (!/^\d+$/.test(text)) throw new BadRequest(`${name} is no number`)
  return Math.min(max, Math.max(min, Number(text)))
}
