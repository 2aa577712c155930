// SPDX-License-Identifier: Apache-2.0
// Usage: node clients.mjs PORT. node-redis (RESP3) and ioredis against the embedded RESP server.
import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { createClient } from 'redis';

const port = Number(process.argv[2]);

async function nodeRedis() {
  const client = createClient({ socket: { host: '127.0.0.1', port }, RESP: 3 });
  client.on('error', (error) => { throw error; });
  await client.connect();
  await assert.rejects(client.flushAll(), /NOPERM/);  // over TCP, without a password
  await client.del(['a', 'n']);
  assert.equal(await client.set('a', '1'), 'OK');
  assert.equal(await client.incr('a'), 2);
  assert.deepEqual(await client.mGet(['a', 'none']), ['2', null]);
  const heard = [];
  const listener = client.duplicate();
  await listener.connect();
  await listener.subscribe('news', (message) => heard.push(message));
  await client.publish('news', 'hello');
  while (heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(heard, ['hello']);
  const many = await Promise.all(Array.from({ length: 1000 }, (_, i) => client.incrBy('n', i)));
  assert.equal(many.at(-1), 499500);
  await listener.close();
  await client.close();
}

async function ioRedis() {
  const client = new Redis({ host: '127.0.0.1', port });
  assert.equal(await client.ping(), 'PONG');
  assert.equal(await client.set('b', 'x', 'EX', 100), 'OK');
  assert.ok((await client.ttl('b')) > 90);
  await client.mset('c', '1', 'd', '2');
  assert.deepEqual(await client.mget('c', 'd', 'none'), ['1', '2', null]);
  const results = await client.pipeline().set('p', '1').incr('p').get('p').exec();
  assert.deepEqual(results.map(([, value]) => value), ['OK', 2, '2']);
  await assert.rejects(client.call('NONSENSE'), /unknown command/);
  const listener = client.duplicate();
  await listener.psubscribe('n*');
  const heard = new Promise((resolve) => listener.on('pmessage', (...what) => resolve(what)));
  await client.publish('news', 'hi');
  assert.deepEqual(await heard, ['n*', 'news', 'hi']);
  await listener.quit();
  await client.quit();
}

await nodeRedis();
await ioRedis();
