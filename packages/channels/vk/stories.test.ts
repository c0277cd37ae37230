import { commentStories } from '../testing/commentStories.ts';
import { vkComments } from './testing/comments.ts';

commentStories('vk, posts', vkComments('wall'));
commentStories('vk, photos', vkComments('photo'));
commentStories('vk, videos', vkComments('video'));
commentStories('vk, goods', vkComments('market'));
