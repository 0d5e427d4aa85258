/** Opening hours by day of the week, Sunday first, in minutes from midnight; a day without any is closed. */
const HOURS = [
  { from: 600, to: 1020 },
  undefined,
  { from: 540, to: 1080 },
  { from: 540, to: 1080 },
  { from: 540, to: 1080 },
  { from: 540, to: 1080 },
  { from: 600, to: 1020 },
]
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

const clock = (minutes) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`

/** Whether we are open at a moment, by the visitor's clock. */
export function isOpen(now) {
  const hours = HOURS[now.getDay()]
  const minutes = now.getHours() * 60 + now.getMinutes()
  return hours !== undefined && minutes >= hours.from && minutes < hours.to
}

/** For the page: open until when, or when we open next. */
export function sentence(now) {
  const day = now.getDay()
  const minutes = now.getHours() * 60 + now.getMinutes()
  if (isOpen(now)) return `Open today until ${clock(HOURS[day].to)}.`
  const tomorrow = day + 1
  if (HOURS[day] !== undefined && minutes < HOURS[day].from) return `Opens today at ${clock(HOURS[day].from)}.`
  return `Opens on ${DAYS[tomorrow]} at ${clock(HOURS[tomorrow].from)}.`
}
