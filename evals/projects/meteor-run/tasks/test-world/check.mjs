import { assert, isThere, mutant, node, original, solved, testsNotice } from '../../../../kit.mjs'

const FILE = 'test/rules.test.js'
assert.ok(isThere(FILE), `there is a ${FILE}`)
const code = original(import.meta.url, 'src/world.js')
const pass = (cwd) => node([FILE], { cwd }).code === 0
assert.ok(!testsNotice('src/world.js', code, pass), 'the tests pass on the code as it was')
const notices = (what, from, to) => assert.ok(testsNotice('src/world.js', mutant(code, from, to), pass), `the tests notice ${what}`)
notices('a gun without a reload time', 'reload = RELOAD', 'reload = 0')
notices('a reload that takes too long', 'const RELOAD = 0.25', 'const RELOAD = 0.5')
notices('shots that come out of the middle', 'x: ship.x + ship.r,', 'x: ship.x,')
notices('shots that never leave', '.filter((shot) => shot.x < WIDTH)', '')
notices('meteors that come too often', 'const SPAWN = 0.8', 'const SPAWN = 0.4')
notices('meteors that stand still', 'meteor.x - meteor.speed * seconds', 'meteor.x')
notices('meteors that never vanish', '.filter((meteor) => meteor.x > -meteor.r)', '')
notices('a crash without a price', 'world.lives - crashed.length', 'world.lives')
notices('a meteor that survives a crash', 'meteors = meteors.filter((meteor) => !crashed.includes(meteor))', '')
notices('a game that never ends', 'isOver: lives === 0', 'isOver: false')
notices('a game that goes on when it is over', 'if (world.isOver) return world', '')
notices(
  'a world that is changed',
  'shots = [...shots, { x: ship.x + ship.r, y: ship.y, r: 3 }]',
  'shots.push({ x: ship.x + ship.r, y: ship.y, r: 3 }); world.reload = RELOAD',
)
solved()
