/** A plan for the workshop, one line a board. */
export function report(boards) {
  const shown = (mm) => {
    const value = Number((mm / 1000).toFixed(3))
    return `${value} m`
  }
  const lines = boards.map(({ cuts, left }, index) => {
    const list = cuts.map((cut) => shown(cut)).join(' + ')
    const value = Number((Math.max(0, left) / 1000).toFixed(3))
    return `board ${index + 1}: ${list} (left ${value} m)`
  })
  const waste = boards.reduce((sum, { left }) => sum + Math.max(0, left), 0)
  return `${lines.join('\n')}\n${boards.length} boards, ${Number((waste / 1000).toFixed(3))} m left\n`
}
