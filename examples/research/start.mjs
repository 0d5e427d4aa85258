// All workers in one process. Each of these files is a program of its own as well, on this machine or another.
import './web.mjs'
import './model.mjs'
import './researcher.mjs'
import './critic.mjs'
import './entry.mjs'
