import { afterAll, describe, it } from 'vitest'
import { isSoaked, startMongodb, systems } from '../../../../scripts/systems/real-servers.ts'
import { sinkLaws } from '../conformance/sink-laws.ts'
import { collectionLaws } from './collection-laws.ts'
import { mongodbWorld } from './mongodb-world.ts'

// It is built for minutes: the soak `stores` does so, and a test that runs only where that was done before would decide nothing elsewhere.
const server = isSoaked(systems.mongodb) ? await startMongodb() : null

if (server === null) describe.skip('MongoDB', () => it('runs in the soak alone: npm run soak stores', () => {}))
else {
  afterAll(() => server.stop())
  sinkLaws('MongoDB', () => mongodbWorld(server.port))
  collectionLaws(server.port, () => mongodbWorld(server.port))
}
